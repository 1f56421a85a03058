/**
 * Starting, stopping and reloading the server: through systemd where it runs the machine, else with pg_ctl.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterPlace } from '../server/place.ts';
import { startupProblem } from '../server/startup.ts';
import { waitFor } from '../system/clock.ts';
import { runCommand } from '../system/command.ts';
import { ensureFolder, exists } from '../system/files.ts';
import { asPostgres } from '../system/run-as.ts';
import { isActivating, isStartAbandoned, systemctl, systemdRuns } from '../system/systemd.ts';
import { readControlData } from './control-data.ts';
import { pastLeftovers } from './leftovers.ts';
import { digestsOf, type LoadedNote, noteLoaded } from './loaded-files.ts';
import { readManagedFiles } from './managed-text.ts';
import { findPostmaster, postmasterPid } from './postmaster.ts';
import { lastErrors, readLogTail } from './server-log.ts';
import { withSession } from './session.ts';
import { readLoadTime } from './sql/load-time.ts';

const START_LIMIT_MS = 60_000;
/** Debian's starter, which looks after the server for a while itself. */
const STARTER_LIMIT_MS = 120_000;
const FENCE_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 10 * 60_000;
const QUERY_CANCELED = '57014';

/** A server that did not come up; the message is fit for a status. */
export class StartFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartFailure';
  }
}

/**
 * Starts the server and waits until it takes sessions. Returns also when it lives but is not ready after a
 * minute (crash recovery may take longer; the next observation says `starting`). Throws StartFailure when
 * it ended. `state` is the charm's state folder, where the files that it has loaded are noted.
 */
export async function startServer(state: string, place: ClusterPlace): Promise<void> {
  await pastLeftovers(async () => {
    const isUp = (await postmasterPid(place.dataDirectory)) !== null;
    const digests = digestsOf(place, await readManagedFiles(place));
    const said = isUp ? null : await launch(place);
    const outcome = await waitFor(() => startOutcome(place), START_LIMIT_MS);
    // A server that ran already has loaded what was there at its own start.
    if (outcome !== 'ended') return isUp ? undefined : noteStart(state, place, digests);
    const logged = lastErrors(await readLogTail(place.logFile));
    throw new StartFailure(
      startupProblem({ lastErrors: logged.length > 0 || said === null ? logged : [said] }),
    );
  });
}

/** One that does not take sessions yet cannot say when it loaded its settings, and need not: it has just done so. */
async function noteStart(state: string, place: ClusterPlace, files: LoadedNote['files']): Promise<void> {
  const { settingsLoadedAt } = await withSession(place, 'postgres', readLoadTime).catch(() => ({
    settingsLoadedAt: null,
  }));
  await noteLoaded(state, place, { settingsLoadedAt, accessLoadedAt: null, files });
}

/** Returns what the starting program complained of, null when it did not. */
async function launch(place: ClusterPlace): Promise<string | null> {
  const wait = ['--wait', '--timeout', String(START_LIMIT_MS / 1000), '--log', place.logFile];
  try {
    if (usesSystemd(place)) {
      // Stopping ends the start that waits; starting alone would only join it.
      if (await isStartAbandoned(unitName(place)))
        await systemctl(['stop', unitName(place)], STARTER_LIMIT_MS).catch(() => {});
      await systemctl(['reset-failed', unitName(place)]).catch(() => {});
      // Waits for Debian's starter, about two seconds: a server that dies while that still looks is not started again by systemd.
      await systemctl(['start', unitName(place)], STARTER_LIMIT_MS);
    } else {
      await pgCtl(place, ['start', ...wait, '--options', serverOptions(place)]);
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Fast shutdown, also of a start that systemd is about to make. With `checkpoint`, for a server that takes sessions, throws unless
 * pg_controldata then says that it shut down cleanly: one that is down or starting may have crashed before.
 */
export async function stopServer(place: ClusterPlace, checkpoint: boolean): Promise<void> {
  const postmaster = await findPostmaster(place.dataDirectory);
  if (postmaster !== null && checkpoint) await checkpointNow(place, STOP_LIMIT_MS).catch(() => {});
  // pg_ctl finds no server whose lock file is out of sight.
  if (postmaster !== null && !(await exists(join(place.dataDirectory, 'postmaster.pid')))) {
    await signalStop(place, postmaster.pid);
  }
  if (usesSystemd(place)) await systemctl(['stop', unitName(place)], STOP_LIMIT_MS).catch(() => {});
  // systemd knows nothing of a server that it did not start.
  if ((await postmasterPid(place.dataDirectory)) !== null) {
    await pgCtl(place, ['stop', '--mode', 'fast', '--wait', '--timeout', String(STOP_LIMIT_MS / 1000)]);
  }
  if (!checkpoint) return;
  const { state } = await readControlData(place);
  if (state !== 'shut down' && state !== 'shut down in recovery') {
    throw new Error(`the server stopped, but not cleanly: pg_controldata says "${state}"`);
  }
}

/** Fast shutdown by the number of the process. */
async function signalStop({ dataDirectory }: ClusterPlace, pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended meanwhile.
  }
  await waitFor(async () => ((await postmasterPid(dataDirectory)) === pid ? null : true), STOP_LIMIT_MS);
}

/**
 * Stops a primary that may accept no more commits: fast, and when that takes too long at once (SIGQUIT), which costs a crash recovery.
 * A fast stop ends all sessions first, and then waits for standbys that may be out of reach.
 */
export async function fenceServer(place: ClusterPlace): Promise<void> {
  const stopping = stopServer(place, false).catch(() => {});
  const patience = sleep(FENCE_LIMIT_MS, 'over', { ref: false });
  if ((await Promise.race([stopping, patience])) !== 'over') return;
  await pgCtl(place, ['stop', '--mode', 'immediate', '--wait']).catch(async (error: unknown) => {
    const pid = await postmasterPid(place.dataDirectory);
    if (pid === null) return;
    if (await exists(join(place.dataDirectory, 'postmaster.pid'))) throw error;
    process.kill(pid, 'SIGQUIT');
  });
  await stopping;
}

/** Stops and starts the server. `state` is the charm's state folder. */
export async function restartServer(state: string, place: ClusterPlace): Promise<void> {
  await stopServer(place, true);
  await startServer(state, place);
}

/** CHECKPOINT, waited for as long as `limitMs`. The server goes on with one that nobody waits for any more. */
export async function checkpointNow(place: ClusterPlace, limitMs: number): Promise<void> {
  const limits = { connectMs: 10_000, statementMs: limitMs, lockMs: 5_000 };
  const asked = withSession(place, 'postgres', (session) => session.run('CHECKPOINT'), limits);
  await asked.catch((error: unknown) => {
    if ((error as { code?: string }).code !== QUERY_CANCELED) throw error;
  });
}

/**
 * Runs pg_ctl on the data directory as its owner, with all of the owner's groups (the certificate's key
 * needs one).
 */
export async function pgCtl(place: ClusterPlace, args: readonly string[]): Promise<void> {
  await ensureFolder(place.socketDirectory, 'postgres', 0o2775);
  const command = [join(place.binDirectory, 'pg_ctl'), '--pgdata', place.dataDirectory, '--silent', ...args];
  const [program = '', ...rest] = asPostgres(command);
  await runCommand(program, rest, { timeoutMs: STOP_LIMIT_MS + 10_000 });
}

function serverOptions(place: ClusterPlace): string {
  return `-c config_file=${join(place.configDirectory, 'postgresql.conf')}`;
}

/** True when systemd is about to start a server that is down. */
export async function isAboutToStart(place: ClusterPlace): Promise<boolean> {
  return usesSystemd(place) && (await isActivating(unitName(place)).catch(() => false));
}

/** Only clusters in Debian's own folders are units of postgresql@.service. */
function usesSystemd(place: ClusterPlace): boolean {
  return systemdRuns() && place.configDirectory === `/etc/postgresql/${place.major}/${place.name}`;
}

function unitName(place: ClusterPlace): string {
  return `postgresql@${place.major}-${place.name}.service`;
}

async function startOutcome(place: ClusterPlace): Promise<'ready' | 'ended' | null> {
  const ready = await withSession(place, 'postgres', async () => true).catch(() => false);
  if (ready) return 'ready';
  return (await postmasterPid(place.dataDirectory)) === null ? 'ended' : null;
}
