import { bootMoment, nowIso } from '../../system/clock.ts';
import { type JobName, type JobState, readJobState, startTicks, writeJobState } from '../job-state.ts';

const PAUSE_MS = 500;

/** Keeps the state file of a running job up to date, without writing more often than anybody looks. */
export interface JobReport {
  readonly phase: (phase: string) => Promise<void>;
  /** Bytes so far and in all; written at most twice a second. */
  readonly bytes: (done: number, total: number) => void;
  /** Between which WAL positions lies what the job throws away. */
  readonly discarded: (from: string, to: string) => Promise<void>;
  /** The fence has stopped the server. */
  readonly stopped: () => Promise<void>;
  /** The end: null for success. */
  readonly finish: (error: string | null) => Promise<void>;
}

/** Claims the state file for this process. Throws when no job was asked for or it is over already. */
export async function beginReport(
  state: string,
  name: JobName,
): Promise<{ job: JobState; report: JobReport }> {
  const asked = await readJobState(state, name);
  if (asked === null || asked.finishedAt !== null) throw new Error('no job was asked for');
  let current: JobState = {
    ...asked,
    process: { pid: process.pid, startTicks: (await startTicks(process.pid)) ?? '' },
  };
  let writing = writeJobState(state, current);
  await writing;
  let writtenAt = performance.now();
  const change = (fields: Partial<JobState>): Promise<void> => {
    current = { ...current, ...fields };
    writing = writing.then(() => writeJobState(state, current));
    writtenAt = performance.now();
    return writing;
  };
  const report: JobReport = {
    phase: (phase) => change({ phase }),
    bytes: (bytesDone, bytesTotal) => {
      current = { ...current, bytesDone, bytesTotal };
      if (performance.now() - writtenAt >= PAUSE_MS) void change({});
    },
    discarded: (from, to) => change({ discarded: { from, to } }),
    stopped: () => change({ stoppedAt: nowIso() }),
    finish: (error) => change({ error, finishedAt: nowIso(), ended: bootMoment() }),
  };
  return { job: current, report };
}
