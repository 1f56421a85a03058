/**
 * The machine's PostgreSQL as it is seen: files, pg_controldata, one session. Each look may fail by itself; what it was to find is unknown
 * then, and the others go on.
 */
import { absentServer } from '../server/absent-server.ts';
import type { ClusterPlace } from '../server/place.ts';
import type { ServerFacts, ServerLook } from '../server/server-facts.ts';
import { majorTraits, unknownMajor } from '../server/versions.ts';
import type { NotedVolume } from '../server/volume.ts';
import { type FailedLooks, failedLooks } from '../system/failed-looks.ts';
import { foreignClusters } from './foreign-clusters.ts';
import { isInstallationUnfinished } from './installation.ts';
import { installedMajor } from './installed.ts';
import { observeCopy, observeJob } from './job-state.ts';
import type { MachineRoots } from './machine.ts';
import { type Marker, readMarker } from './marker.ts';
import { observeCluster } from './observe-cluster.ts';
import { observeFence } from './observe-fence.ts';
import { type AskPostgres, askPostgres } from './shared-session.ts';
import { whyAway } from './volume.ts';

type MachineFacts = Pick<ServerFacts, 'installedMajor' | 'foreign' | 'job' | 'packages' | 'watch' | 'fence'>;

/** Memory of the charm, for looks that fail. */
export interface Remembered {
  readonly place: ClusterPlace | null;
  /** Place where the data was seen last; missing or null: nowhere yet. */
  readonly volume?: NotedVolume | null;
  /** It is known that no rewind of the data was left unfinished. */
  readonly isWhole: boolean;
}

/** The facts of this machine. Never throws. */
export async function observeServer(
  roots: MachineRoots,
  { place, isWhole, volume = null }: Remembered = { place: null, isWhole: false },
  ask: AskPostgres = askPostgres,
): Promise<ServerFacts> {
  const looks = failedLooks<ServerLook>();
  const lost: Marker | null = place === null ? null : { place, how: 'adopt', made: true };
  const found = await looks.attempt('marker', () => readMarker(roots.state), lost);
  // A charm before a downgrade may have left it.
  const isKnown = found === null || majorTraits(found.place.major) !== null;
  if (!isKnown) looks.note('marker', unknownMajor(found.place.major));
  const marker = isKnown ? found : null;
  const looking = observeMachine(roots, marker, isWhole, looks);
  // An initdb that did not finish leaves nothing that counts.
  if (marker !== null && (marker.how === 'adopt' || marker.made)) {
    const seen = observeCluster(roots.state, marker, looks, volume, ask);
    const [machine, cluster] = await Promise.all([looking, seen]);
    return { ...machine, ...cluster };
  }
  const machine = await looking;
  const { marker: reason } = looks.reasons;
  // Before there is a cluster the place for it may be away too.
  const volumeAway = await whyAway(volume, null);
  if (volumeAway !== null) looks.note('control', volumeAway);
  const away = volumeAway === null ? {} : ({ state: 'down', hasData: true, volumeAway } as const);
  const cluster = reason === undefined ? away : untold(reason);
  return { ...absentServer, ...machine, ...cluster, unknown: looks.reasons };
}

async function observeMachine(
  roots: MachineRoots,
  marker: Marker | null,
  isWhole: boolean,
  { attempt, reasons }: FailedLooks<ServerLook>,
): Promise<MachineFacts> {
  const [programs, unfinished, foreign, job, packages, watch, fence] = await Promise.all([
    attempt('programs', () => installedMajor(roots.programs), marker?.place.major ?? null),
    attempt('programs', () => isInstallationUnfinished(roots.state), false),
    attempt('foreign', () => foreignClusters(roots, marker), []),
    attempt('copy', () => observeCopy(roots.state, isWhole), null),
    attempt('packages', () => observeJob(roots.state, 'packages'), null),
    attempt('watch', () => observeJob(roots.state, 'watch'), null),
    attempt('fence', () => observeFence(roots), null),
  ]);
  // Without the marker every cluster looks like a stranger's.
  const strangers = reasons.marker === undefined ? foreign : [];
  const jobs = { job, packages, watch, fence };
  return { installedMajor: unfinished ? null : programs, foreign: strangers, ...jobs };
}

/** Nothing can be told of the cluster, not even where it is. */
function untold(reason: string): Pick<ServerFacts, 'state' | 'hasData' | 'unasked'> {
  return { state: 'unknown', hasData: true, unasked: { kind: 'refused', reason } };
}
