/** One session with the server, and the judgement of a server that does not give one. */
import { judgeFailure } from '../server/liveness.ts';
import type { ClusterPlace } from '../server/place.ts';
import type { RunningServer, ServerState, Unasked } from '../server/server-facts.ts';
import type { DataFacts } from './data-directory.ts';
import { digestsOf, readLoaded, unloadedFiles } from './loaded-files.ts';
import { traitsOf } from './machine.ts';
import type { Texts } from './managed-text.ts';
import { countSessions, findPostmaster, type Postmaster } from './postmaster.ts';
import { isAboutToStart } from './server-control.ts';
import { hasFailedToStart, lastErrors, readLogTail, walIsMissing } from './server-log.ts';
import { failureOf } from './session.ts';
import { type AskPostgres } from './shared-session.ts';
import { readFileErrors } from './sql/file-errors.ts';
import { readServerState } from './sql/server-state.ts';

export interface Seen {
  readonly state: Exclude<ServerState, 'absent'>;
  readonly running: RunningServer | null;
  readonly unasked: Unasked | null;
  readonly errors: readonly string[];
  readonly startFailed: boolean;
  readonly restarts: boolean;
  readonly walMissing: boolean;
}

const notStarting = { startFailed: false, restarts: false } as const;

/** Needs of the question. `state` is the charm's state folder; the texts of managed files and pg_control may still be on their way. */
export interface ServerQuestion {
  readonly state: string;
  readonly place: ClusterPlace;
  readonly texts: Promise<Texts>;
  readonly data: Promise<Pick<DataFacts, 'control'>>;
  readonly ask: AskPostgres;
}

/** State of the server, in its own words where it takes a session. */
export async function askServer(question: ServerQuestion): Promise<Seen> {
  const { place, data } = question;
  if ((await findPostmaster(place.dataDirectory)) === null) return down(place);
  try {
    const running = await readRunning(question);
    const isCutOff = running.inRecovery && !running.streaming;
    const walMissing = isCutOff ? (await fromLog(place)).walMissing : false;
    return { state: 'running', running, unasked: null, errors: [], ...notStarting, walMissing };
  } catch (error) {
    // It may have ended meanwhile, and its status may have changed.
    const now = await findPostmaster(place.dataDirectory);
    if (now === null) return down(place);
    const { max_connections: limit = null } = (await data).control?.orderedSettings ?? {};
    return notRunning(place, error, now, limit);
  }
}

async function notRunning(
  place: ClusterPlace,
  error: unknown,
  postmaster: Postmaster,
  limit: number | null,
): Promise<Seen> {
  const log = await fromLog(place);
  const failure = failureOf(error);
  const inUse = failure.code === '53300' ? await countSessions(postmaster.pid).catch(() => null) : null;
  const unasked = judgeFailure(failure, postmaster.status, place, { inUse, limit });
  return {
    state: unasked === null ? 'starting' : 'unknown',
    running: null,
    unasked,
    // Reason of a failed start first: it is worth more than that this one has not ended yet.
    errors: log.startFailed ? log.errors : [...log.errors, failure.message].slice(-5),
    startFailed: unasked === null && log.startFailed,
    restarts: false,
    walMissing: unasked === null && log.walMissing,
  };
}

/** Log lines on WAL may be of data that has been replaced since; once it runs it logs them again. */
async function down(place: ClusterPlace): Promise<Seen> {
  const [{ errors, startFailed }, restarts] = await Promise.all([fromLog(place), isAboutToStart(place)]);
  return { state: 'down', running: null, unasked: null, errors, startFailed, restarts, walMissing: false };
}

/** The log only explains: one that cannot be read explains nothing. */
async function fromLog(place: ClusterPlace): Promise<Pick<Seen, 'errors' | 'startFailed' | 'walMissing'>> {
  const tail = await readLogTail(place.logFile).catch(() => '');
  return { errors: lastErrors(tail), startFailed: hasFailedToStart(tail), walMissing: walIsMissing(tail) };
}

async function readRunning({ state, place, texts, ask }: ServerQuestion): Promise<RunningServer> {
  const traits = traitsOf(place);
  const seen = await ask(place, async (session) => ({
    ...(await readServerState(session, traits)),
    fileErrors: await readFileErrors(session, traits),
  }));
  const note = await readLoaded(state, place);
  const unloaded = unloadedFiles(note, digestsOf(place, await texts), seen.settingsLoadedAt);
  const accessLoadedAt = note?.accessLoadedAt ?? null;
  return { ...seen.running, unloaded, accessLoadedAt, fileErrors: seen.fileErrors };
}
