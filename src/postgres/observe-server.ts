/** What is seen of this machine's PostgreSQL: a few files, pg_controldata and one session. */
import { join } from 'node:path';
import { type ClusterPlace, managedPaths } from '../server/place.ts';
import type { RunningServer, ServerFacts, ServerState } from '../server/server-facts.ts';
import { exists } from '../system/files.ts';
import { readControlData } from './control-data.ts';
import { listAsides } from './data-aside.ts';
import { foreignClusters } from './foreign-clusters.ts';
import { installedMajor } from './installed.ts';
import { observeJob } from './job-state.ts';
import { digestsOf, readLoaded, unloadedFiles } from './loaded-files.ts';
import { type MachineRoots, traitsOf } from './machine.ts';
import { readManaged, readManagedFiles, type Texts } from './managed-text.ts';
import { type Marker, readMarker } from './marker.ts';
import { isInstallationUnfinished } from './packages.ts';
import { postmasterPid } from './postmaster.ts';
import { lastErrors, readLogTail, walIsMissing } from './server-log.ts';
import { withSession } from './session.ts';
import { readFileErrors } from './sql/file-errors.ts';
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
  return { ...machine, ...(await observeCluster(roots.state, marker)) };
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

async function observeCluster(state: string, { place, made }: Marker): Promise<ClusterFacts> {
  const traits = traitsOf(place);
  const paths = managedPaths(place, traits.recoveryIn);
  const texts = readManagedFiles(place);
  const hasData =
    (await exists(join(place.dataDirectory, 'PG_VERSION'))) &&
    (await exists(join(place.dataDirectory, 'global/pg_control')));
  const [seen, control, asides, startConf, standbySignal, files] = await Promise.all([
    lookAtServer(state, place, texts),
    hasData ? readControlData(place) : null,
    listAsides(place.dataDirectory),
    readManaged(paths.startConf),
    exists(paths.signal),
    texts,
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
    files: { ...files, [paths.passfile]: firstLine(files[paths.passfile] ?? null) },
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

async function lookAtServer(state: string, place: ClusterPlace, texts: Promise<Texts>): Promise<Seen> {
  const alive = (await postmasterPid(place.dataDirectory)) !== null;
  // What its log says of WAL may be of data that has been replaced since; running, it says it again.
  if (!alive) return { state: 'down', running: null, ...(await fromLog(place)), walMissing: false };
  try {
    const running = await readRunning(state, place, texts);
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

async function readRunning(
  state: string,
  place: ClusterPlace,
  texts: Promise<Texts>,
): Promise<RunningServer> {
  const traits = traitsOf(place);
  const seen = await withSession(place, 'postgres', async (session) => ({
    ...(await readServerState(session, traits)),
    fileErrors: await readFileErrors(session, traits),
  }));
  const [note, files] = await Promise.all([readLoaded(state, place), texts]);
  const unloaded = unloadedFiles(note, digestsOf(place, files), seen.settingsLoadedAt);
  const accessLoadedAt = note?.accessLoadedAt ?? null;
  return { ...seen.running, unloaded, accessLoadedAt, fileErrors: seen.fileErrors };
}

function firstLine(text: string | null): string | null {
  return text === null ? null : (text.split('\n')[0] ?? '');
}
