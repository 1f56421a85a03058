/** Bringing a former primary back to where its history and the new primary's part. */
import { join } from 'node:path';
import type { ClusterPlace } from '../../server/place.ts';
import { managedPaths } from '../../server/place.ts';
import { conninfo } from '../../server/recovery.ts';
import type { JobRequest } from '../../server/steps.ts';
import { asPostgres } from '../../system/run-as.ts';
import { runStreamed } from '../../system/streamed-command.ts';
import { readControlData } from '../control-data.ts';
import { pastLeftovers } from '../leftovers.ts';
import { traitsOf } from '../machine.ts';
import { postmasterPid } from '../postmaster.ts';
import { stopServer } from '../server-control.ts';
import { setStandbySignal } from '../standby-signal.ts';
import type { JobReport } from './job-report.ts';

type RewindRequest = Extract<JobRequest, { readonly job: 'rewind' }>;

/**
 * Rewinds the data at `place` to follow the upstream. Throws when pg_rewind refuses or fails; the data may
 * then be of no more use than for being set aside by a clone, so whoever sees this job failed or killed
 * clones.
 */
export async function runRewind(
  place: ClusterPlace,
  request: RewindRequest,
  report: JobReport,
): Promise<void> {
  if ((await postmasterPid(place.dataDirectory)) !== null) await stopServer(place, false);
  if (!(await isShutDown(place))) {
    await report.phase('recovering from the crash');
    await recoverAlone(place);
  }
  await report.phase('rewinding');
  const { passfile } = managedPaths(place, traitsOf(place).recoveryIn);
  const { replicationRole, upstream } = request;
  const source = `${conninfo({ replicationRole, passfile }, upstream)} dbname=postgres`;
  const program = join(place.binDirectory, 'pg_rewind');
  const command = [program, '--target-pgdata', place.dataDirectory, '--source-server', source, '--progress'];
  await runStreamed(asPostgres(command), (line) => {
    const [, done, total] = /^\s*(\d+)\/(\d+) kB/.exec(line) ?? [];
    if (done !== undefined && total !== undefined) report.bytes(Number(done) * 1024, Number(total) * 1024);
  });
  // pg_rewind removes what its source, a primary, does not have.
  await setStandbySignal(place, true);
}

async function isShutDown(place: ClusterPlace): Promise<boolean> {
  const { state } = await readControlData(place);
  return state === 'shut down' || state === 'shut down in recovery';
}

/**
 * Crash recovery without accepting anybody, as pg_rewind would do itself if the configuration were in the
 * data directory.
 */
async function recoverAlone(place: ClusterPlace): Promise<void> {
  await setStandbySignal(place, false);
  const config = `config_file=${join(place.configDirectory, 'postgresql.conf')}`;
  const program = join(place.binDirectory, 'postgres');
  const command = [program, '--single', '-F', '-D', place.dataDirectory, '-c', config, 'template1'];
  await pastLeftovers(() => runStreamed(asPostgres(command), () => {}));
}
