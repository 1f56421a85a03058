/** What is seen of this machine's PostgreSQL: a few files, pg_controldata and one session. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { managedFilePaths } from '../server/managed-files.ts';
import { type ClusterPlace, managedPaths } from '../server/place.ts';
import type { RunningServer, ServerFacts, ServerState } from '../server/server-facts.ts';
import { exists, readText } from '../system/files.ts';
import { readControlData } from './control-data.ts';
import { listAsides } from './data-aside.ts';
import { foreignClusters } from './foreign-clusters.ts';
import { installedMajor } from './installed.ts';
import { observeJob } from './job-state.ts';
import { type MachineRoots, traitsOf } from './machine.ts';
import { type Marker, readMarker } from './marker.ts';
import { isInstallationUnfinished } from './packages.ts';
import { postmasterPid } from './postmaster.ts';
import { lastErrors, readLogTail, walIsMissing } from './server-log.ts';
import { withSession } from './session.ts';
import { readServerState } from './sql/server-state.ts';
import { readTimelineHistory } from './timeline-history.ts';

/** The facts of this machine. A server that does not answer within 10 s counts as starting. */
export async function observeServer(roots: MachineRoots): Promise<ServerFacts> {
  const marker = await readMarker(roots.state);
  const [programs, unfinished, foreign, job, watch, fence] = await Promise.all([
    installedMajor(roots.programs),
    isInstallationUnfinished(roots.state),
    foreignClusters(roots, marker),
    observeJob(roots.state, 'clone'),
    observeJob(roots.state, 'watch'),
    observeJob(roots.state, 'fence'),
  ]);
  const machine = { installedMajor: unfinished ? null : programs, foreign, job, watch, fence };
  // An initdb that did not finish leaves nothing that counts.
  if (marker === null || (marker.how === 'initdb' && !marker.made)) return { ...machine, ...nothing };
  return { ...machine, ...(await observeCluster(marker)) };
}

type ClusterFacts = Omit<ServerFacts, 'installedMajor' | 'foreign' | 'job' | 'watch' | 'fence'>;

const nothing: ClusterFacts = {
  place: null,
  state: 'absent',
  hasData: false,
  hasConfiguration: false,
  control: null,
  history: [],
  running: null,
  asides: [],
  lastErrors: [],
  walMissing: false,
  files: {},
  startsAtBoot: null,
  standbySignal: false,
};

async function observeCluster({ place, made }: Marker): Promise<ClusterFacts> {
  const traits = traitsOf(place);
  const paths = managedPaths(place, traits.recoveryIn);
  const managed = managedFilePaths(place, traits.recoveryIn);
  const hasData =
    (await exists(join(place.dataDirectory, 'PG_VERSION'))) &&
    (await exists(join(place.dataDirectory, 'global/pg_control')));
  const [seen, control, asides, startConf, standbySignal, texts] = await Promise.all([
    lookAtServer(place, managed),
    hasData ? readControlData(place) : null,
    listAsides(place.dataDirectory),
    readText(paths.startConf),
    exists(paths.signal),
    Promise.all(managed.map(async (path): Promise<[string, string | null]> => [path, await readText(path)])),
  ]);
  // Read after the timeline: a WAL receiver fetches the history file before it streams on a new timeline, so the file of every
  // timeline seen is there by now. Read before, a standby that has just followed a promotion would look diverged.
  const history = hasData ? await readTimelineHistory(place.dataDirectory) : [];
  return {
    place,
    state: hasData ? seen.state : 'absent',
    hasData,
    hasConfiguration: made && startConf !== null,
    control,
    history,
    running: seen.running,
    asides,
    lastErrors: seen.errors,
    walMissing: seen.walMissing,
    // Of the passfile only its heading: an observation holds no password.
    files: Object.fromEntries(
      texts.map(([path, text]) => [path, path === paths.passfile ? firstLine(text) : text]),
    ),
    startsAtBoot: startConf === null ? null : /^\s*auto\b/m.test(startConf),
    standbySignal,
  };
}

interface Seen {
  readonly state: ServerState;
  readonly running: RunningServer | null;
  readonly errors: readonly string[];
  readonly walMissing: boolean;
}

async function lookAtServer(place: ClusterPlace, managed: readonly string[]): Promise<Seen> {
  const alive = (await postmasterPid(place.dataDirectory)) !== null;
  // What its log says of WAL may be of data that has been replaced since; running, it says it again.
  if (!alive) return { state: 'down', running: null, ...(await fromLog(place)), walMissing: false };
  try {
    const running = await readRunning(place, managed);
    const walMissing = running.inRecovery && !running.streaming ? (await fromLog(place)).walMissing : false;
    return { state: 'running', running, errors: [], walMissing };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const log = await fromLog(place);
    return {
      state: 'starting',
      running: null,
      errors: [...log.errors, said].slice(-5),
      walMissing: log.walMissing,
    };
  }
}

async function fromLog(place: ClusterPlace): Promise<{ errors: string[]; walMissing: boolean }> {
  const tail = await readLogTail(place.logFile);
  return { errors: lastErrors(tail), walMissing: walIsMissing(tail) };
}

async function readRunning(place: ClusterPlace, managed: readonly string[]): Promise<RunningServer> {
  const traits = traitsOf(place);
  const { running, loadedAtMs, startedAtMs } = await withSession(place, 'postgres', (session) =>
    readServerState(session, traits),
  );
  const paths = managedPaths(place, traits.recoveryIn);
  // What says whom to follow means nothing to a primary.
  const loaded = running.inRecovery ? managed : managed.filter((path) => path !== paths.recovery);
  const changedAtMs = await Promise.all(loaded.map(modifiedAtMs));
  // Up to 11 the server reads recovery.conf at its start only, and does not count it among its settings.
  const stale = traits.recoveryIn === 'recovery.conf' && (await modifiedAtMs(paths.recovery)) > startedAtMs;
  return {
    ...running,
    reloadPending: Math.max(...changedAtMs) > loadedAtMs,
    pendingRestart: stale ? [...running.pendingRestart, 'recovery.conf'] : running.pendingRestart,
  };
}

function firstLine(text: string | null): string | null {
  return text === null ? null : (text.split('\n')[0] ?? '');
}

async function modifiedAtMs(path: string): Promise<number> {
  return stat(path).then(
    (found) => found.mtimeMs,
    () => 0,
  );
}
