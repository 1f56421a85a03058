/** The charm's own cluster as it is seen. */

import { entryOf } from '../server/entry-of.ts';
import { type ClusterPlace, managedPaths } from '../server/place.ts';
import type { ServerFacts, ServerLook } from '../server/server-facts.ts';
import type { NotedVolume } from '../server/volume.ts';
import type { FailedLooks } from '../system/failed-looks.ts';
import { exists } from '../system/files.ts';
import { askServer } from './ask-server.ts';
import { listAsides } from './data-aside.ts';
import { type DataFacts, inspectData } from './data-directory.ts';
import { traitsOf } from './machine.ts';
import { readManaged, readManagedFiles } from './managed-text.ts';
import type { Marker } from './marker.ts';
import type { AskPostgres } from './shared-session.ts';
import { readTimelineHistory } from './timeline-history.ts';
import { volumeOf, whyAway } from './volume.ts';

type ClusterFacts = Omit<ServerFacts, 'installedMajor' | 'foreign' | 'job' | 'packages' | 'watch' | 'fence'>;

/** The facts of the cluster that `marker` names. `state` is the charm's state folder, `noted` where the data was seen last. */
export async function observeCluster(
  state: string,
  { place, made }: Marker,
  { attempt, note, reasons }: FailedLooks<ServerLook>,
  noted: NotedVolume | null,
  ask: AskPostgres,
): Promise<ClusterFacts> {
  const paths = managedPaths(place, traitsOf(place).recoveryIn);
  const looking = inspectVolume(place, noted);
  const inspected = looking.then(({ data }) => data);
  const managed = readManagedFiles(place);
  const [{ data, volume, volumeAway }, asides, startConf, standbySignal, files, seen] = await Promise.all([
    looking,
    listAsides(place.dataDirectory),
    readManaged(paths.startConf),
    attempt('signal', () => exists(paths.signal), false),
    managed,
    askServer({ state, place, texts: managed, data: inspected, ask }),
  ]);
  const alive = seen.state !== 'down';
  const unread = whyUnread(data, alive);
  if (unread !== null) note('control', unread);
  // Read after the timeline: a WAL receiver fetches the history file before it streams on a new timeline, so the file of every
  // timeline seen is there by now. Read before, a standby that has just followed a promotion would look diverged.
  const readHistory = (): ReturnType<typeof readTimelineHistory> => readTimelineHistory(place.dataDirectory);
  const history = data.hasData && volumeAway === null ? await attempt('history', readHistory, []) : [];
  return {
    place,
    state: data.hasData || alive ? seen.state : 'absent',
    hasData: data.hasData || alive,
    volume: volumeAway === null ? volume : null,
    volumeAway,
    damage: alive ? null : data.damage,
    hasConfiguration: made && startConf !== null,
    control: data.control,
    history,
    running: seen.running,
    unasked: seen.unasked,
    unknown: reasons,
    asides,
    lastErrors: seen.errors,
    startFailed: seen.startFailed,
    restarts: seen.restarts,
    walMissing: seen.walMissing,
    // Of the passfile only its heading: an observation holds no password.
    files: { ...files, [paths.passfile]: firstLine(entryOf(files, paths.passfile) ?? null) },
    startsAtBoot: startConf === null ? null : /^\s*auto\b/m.test(startConf),
    standbySignal,
  };
}

/** Facts of data that was there and cannot be looked at: what lies in its place now is not it. */
function missing(why: string): DataFacts {
  return { hasData: true, control: null, damage: null, unknown: why };
}

interface VolumeFacts {
  readonly data: DataFacts;
  readonly volume: Awaited<ReturnType<typeof volumeOf>> | null;
  readonly volumeAway: string | null;
}

/** The data, and the volume it is on; a volume that is away has taken the data with it. */
async function inspectVolume(place: ClusterPlace, noted: NotedVolume | null): Promise<VolumeFacts> {
  const found = await inspectData(place);
  const volume = found.hasData ? await volumeOf(place.dataDirectory) : null;
  const volumeAway = await whyAway(noted, volume);
  return { data: volumeAway === null ? found : missing(volumeAway), volume, volumeAway };
}

/** A running server has in memory what pg_control should hold. */
function whyUnread({ damage, unknown }: DataFacts, alive: boolean): string | null {
  if (!alive || damage === null) return unknown;
  return damage.includes('missing') ? damage : `${damage}; a CHECKPOINT writes it anew`;
}

function firstLine(text: string | null): string | null {
  return text === null ? null : (text.split('\n')[0] ?? '');
}
