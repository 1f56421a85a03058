/** The report of a running job: its state file. */
import type { JobName } from '../../server/jobs.ts';
import { bootMoment, nowIso } from '../../system/clock.ts';
import { startTicks } from '../../system/start-ticks.ts';
import { type AnyJobState, readJobState, writeJobState } from '../job-state.ts';
import type { JobReport } from './job-kind.ts';

const PAUSE_MS = 500;

export interface OwnReport extends JobReport {
  /** The end: null for success. */
  readonly finish: (error: string | null) => Promise<void>;
}

/** Claims the state file for this process. Throws when no job was asked for or it is over already. */
export async function beginReport(
  state: string,
  name: JobName,
): Promise<{ job: AnyJobState; report: OwnReport }> {
  const asked = await readJobState(state, name);
  if (asked === null || asked.finishedAt !== null) throw new Error('no job was asked for');
  let current: AnyJobState = {
    ...asked,
    process: { pid: process.pid, startTicks: (await startTicks(process.pid)) ?? '' },
  };
  let writing = writeJobState(state, current);
  await writing;
  let writtenAt = performance.now();
  const change = (fields: Partial<AnyJobState>): Promise<void> => {
    current = { ...current, ...fields } as AnyJobState;
    writing = writing.then(() => writeJobState(state, current));
    writtenAt = performance.now();
    return writing;
  };
  const report: OwnReport = {
    phase: (phase) => change({ phase }),
    bytes: (bytesDone, bytesTotal) => {
      current = { ...current, bytesDone, bytesTotal };
      if (performance.now() - writtenAt >= PAUSE_MS) void change({});
    },
    note: (notes) => change({ notes: { ...current.notes, ...notes } }),
    finish: (error) => change({ error, finishedAt: nowIso(), ended: bootMoment() }),
  };
  return { job: current, report };
}
