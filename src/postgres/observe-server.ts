/**
 * The machine's PostgreSQL as it is seen: files, pg_controldata, one session. Each look may fail by itself; what it was to find is unknown
 * then, and the others go on.
 */
import { absentServer } from '../server/absent-server.ts';
import type { ClusterPlace } from '../server/place.ts';
import type { ServerFacts, ServerLook } from '../server/server-facts.ts';
import { type FailedLooks, failedLooks } from '../system/failed-looks.ts';
import { foreignClusters } from './foreign-clusters.ts';
import { isInstallationUnfinished } from './installation.ts';
import { installedMajor } from './installed.ts';
import { observeJob } from './job-state.ts';
import type { MachineRoots } from './machine.ts';
import { type Marker, readMarker } from './marker.ts';
import { observeCluster } from './observe-cluster.ts';
import { observeFence } from './observe-fence.ts';

type MachineFacts = Pick<ServerFacts, 'installedMajor' | 'foreign' | 'job' | 'packages' | 'watch' | 'fence'>;

/** The facts of this machine. `remembered` is the place of the cluster, for when the marker cannot be read. Never throws. */
export async function observeServer(
  roots: MachineRoots,
  remembered: ClusterPlace | null = null,
): Promise<ServerFacts> {
  const looks = failedLooks<ServerLook>();
  const lost: Marker | null = remembered === null ? null : { place: remembered, how: 'adopt', made: true };
  const marker = await looks.attempt('marker', () => readMarker(roots.state), lost);
  const machine = await observeMachine(roots, marker, looks);
  // An initdb that did not finish leaves nothing that counts.
  if (marker !== null && (marker.how === 'adopt' || marker.made)) {
    return { ...machine, ...(await observeCluster(roots.state, marker, looks)) };
  }
  const { marker: reason } = looks.reasons;
  const cluster = reason === undefined ? {} : untold(reason);
  return { ...absentServer, ...machine, ...cluster, unknown: looks.reasons };
}

async function observeMachine(
  roots: MachineRoots,
  marker: Marker | null,
  { attempt, reasons }: FailedLooks<ServerLook>,
): Promise<MachineFacts> {
  const [programs, unfinished, foreign, job, packages, watch, fence] = await Promise.all([
    attempt('programs', () => installedMajor(roots.programs), marker?.place.major ?? null),
    attempt('programs', () => isInstallationUnfinished(roots.state), false),
    attempt('foreign', () => foreignClusters(roots, marker), []),
    attempt('copy', () => observeJob(roots.state, 'clone'), null),
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
