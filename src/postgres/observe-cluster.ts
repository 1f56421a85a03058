/** The charm's own cluster as it is seen. */

import { entryOf } from '../server/entry-of.ts';
import { managedPaths } from '../server/place.ts';
import type { ServerFacts, ServerLook } from '../server/server-facts.ts';
import type { FailedLooks } from '../system/failed-looks.ts';
import { exists } from '../system/files.ts';
import { askServer } from './ask-server.ts';
import { listAsides } from './data-aside.ts';
import { type DataFacts, inspectData } from './data-directory.ts';
import { traitsOf } from './machine.ts';
import { readManaged, readManagedFiles } from './managed-text.ts';
import type { Marker } from './marker.ts';
import { readTimelineHistory } from './timeline-history.ts';

type ClusterFacts = Omit<ServerFacts, 'installedMajor' | 'foreign' | 'job' | 'packages' | 'watch' | 'fence'>;

/** The facts of the cluster that `marker` names. `state` is the charm's state folder. */
export async function observeCluster(
  state: string,
  { place, made }: Marker,
  { attempt, note, reasons }: FailedLooks<ServerLook>,
): Promise<ClusterFacts> {
  const paths = managedPaths(place, traitsOf(place).recoveryIn);
  const [data, asides, startConf, standbySignal, files] = await Promise.all([
    inspectData(place),
    listAsides(place.dataDirectory),
    readManaged(paths.startConf),
    attempt('signal', () => exists(paths.signal), false),
    readManagedFiles(place),
  ]);
  const seen = await askServer(state, place, files, data);
  const alive = seen.state !== 'down';
  const unread = whyUnread(data, alive);
  if (unread !== null) note('control', unread);
  // Read after the timeline: a WAL receiver fetches the history file before it streams on a new timeline, so the file of every
  // timeline seen is there by now. Read before, a standby that has just followed a promotion would look diverged.
  const readHistory = (): ReturnType<typeof readTimelineHistory> => readTimelineHistory(place.dataDirectory);
  const history = data.hasData ? await attempt('history', readHistory, []) : [];
  return {
    place,
    state: data.hasData || alive ? seen.state : 'absent',
    hasData: data.hasData || alive,
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

/** A running server has in memory what pg_control should hold. */
function whyUnread({ damage, unknown }: DataFacts, alive: boolean): string | null {
  if (!alive || damage === null) return unknown;
  return damage.includes('missing') ? damage : `${damage}; a CHECKPOINT writes it anew`;
}

function firstLine(text: string | null): string | null {
  return text === null ? null : (text.split('\n')[0] ?? '');
}
