/** Bringing a former primary back to where its history and the new primary's part. */
import { join } from 'node:path';
import * as z from 'zod';
import type { ClusterPlace } from '../../server/place.ts';
import { managedPaths } from '../../server/place.ts';
import { conninfo } from '../../server/recovery.ts';
import { waitFor } from '../../system/clock.ts';
import { runCommand } from '../../system/command.ts';
import { asPostgres } from '../../system/run-as.ts';
import { runStreamed } from '../../system/streamed-command.ts';
import { readControlData } from '../control-data.ts';
import { pastLeftovers } from '../leftovers.ts';
import { requirePlace, traitsOf } from '../machine.ts';
import { postmasterPid } from '../postmaster.ts';
import { stopServer } from '../server-control.ts';
import { setStandbySignal } from '../standby-signal.ts';
import { CopyRequest, copyFacts, copyTraits } from './copy.ts';
import { type JobKind, type JobWork } from './job-kind.ts';

const CHECKPOINT_LIMIT_MS = 10 * 60_000;
/** A WAL file's name begins with its timeline, in hexadecimal. */
const isCheckpointed = `SELECT timeline_id = ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int
  FROM pg_control_checkpoint()`;

/**
 * Rewinds the data at `place` to follow the upstream. Throws when pg_rewind refuses or fails; the data may then be fit only for being set
 * aside by a clone, so a unit whose rewind failed or was killed clones.
 */
async function run({ roots, request, report }: JobWork<'rewind'>): Promise<void> {
  const place = await requirePlace({ roots });
  if ((await postmasterPid(place.dataDirectory)) !== null) await stopServer(place, false);
  if (!(await isShutDown(place))) {
    await report.phase('recovering from the crash');
    await recoverAlone(place);
  }
  const { passfile } = managedPaths(place, traitsOf(place).recoveryIn);
  const { replicationRole, upstream } = request;
  const source = `${conninfo({ replicationRole, passfile }, upstream)} dbname=postgres`;
  await report.phase('waiting for a checkpoint');
  await waitForCheckpoint(place, source);
  await report.phase('rewinding');
  const { checkpointPosition: end } = await readControlData(place);
  const program = join(place.binDirectory, 'pg_rewind');
  const command = [program, '--target-pgdata', place.dataDirectory, '--source-server', source, '--progress'];
  await runStreamed(asPostgres(command), (line) => {
    const [, parting] = /diverged at WAL location ([0-9A-F]+\/[0-9A-F]+)/.exec(line) ?? [];
    if (parting !== undefined) void report.note({ discarded: { from: parting, to: end } });
    const [, done, total] = /^\s*(\d+)\/(\d+) kB/.exec(line) ?? [];
    if (done !== undefined && total !== undefined) report.bytes(Number(done) * 1024, Number(total) * 1024);
  });
  // pg_rewind removes what its source, a primary, does not have.
  await setStandbySignal(place, true);
}

/**
 * Waits for the first checkpoint of a promoted server: until then its control file names the timeline before, and pg_rewind goes by that
 * (up to 15) and would find nothing to do.
 */
async function waitForCheckpoint(place: ClusterPlace, source: string): Promise<void> {
  const program = join(place.binDirectory, 'psql');
  const [file = '', ...args] = asPostgres([
    program,
    '-XAtq',
    '--no-password',
    '--command',
    isCheckpointed,
    source,
  ]);
  const reached = await waitFor(
    async () => ((await runCommand(file, args)).trim() === 't' ? true : null),
    CHECKPOINT_LIMIT_MS,
    200,
  );
  if (reached === null) throw new Error('the primary made no checkpoint since its promotion in ten minutes');
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
  // An archive would make the stop afterwards begin a new WAL file, and the WAL that only this server had be counted as 16 MB too much.
  const settings = ['-c', config, '-c', 'archive_mode=off'];
  const command = [program, '--single', '-F', '-D', place.dataDirectory, ...settings, 'template1'];
  await pastLeftovers(() => runStreamed(asPostgres(command), () => {}));
}

export const rewind: JobKind<'rewind'> = {
  request: CopyRequest,
  notes: z.object({ discarded: z.object({ from: z.string(), to: z.string() }).nullable().default(null) }),
  ...copyTraits,
  facts: (state, alive) => copyFacts(state, alive, state.notes.discarded),
  run,
};
