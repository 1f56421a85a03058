/** Juju's storage for the data: what it came with, comes too late, or is taken away. */
import type { Observation } from '../observation.ts';

/** True when storage is being taken from this unit, which stays, or has been and is not back. */
function isDetached({ event, juju, memory }: Pick<Observation, 'event' | 'juju' | 'memory'>): boolean {
  if (juju.leaving) return false;
  if (event.hook === 'pgdata-storage-detaching') return true;
  return memory.detaching && juju.storageLocation === null;
}

/** True when the data is on storage that is being detached. */
export function losesData(observation: Observation): boolean {
  const { server, juju, memory } = observation;
  const location = juju.storageLocation ?? memory.storageLocation ?? memory.volume?.mountPoint ?? null;
  return isDetached(observation) && location !== null && isBelow(server, location);
}

/** Reason why no cluster is made on, or copied to, a volume that came with data of another major or in another place; null when it may be. */
export function dataInTheWay(
  { server, juju, machine }: Pick<Observation, 'server' | 'juju' | 'machine'>,
  desired: string | null,
  major: number | null,
): string | null {
  if (server.place !== null && server.hasConfiguration) return null;
  const [found] = (machine.otherData ?? []).filter(({ path }) => path !== desired);
  if (found === undefined) return null;
  const wish = major === null ? '' : `, and this unit would run ${major}`;
  return [
    `Storage pgdata (${juju.storageLocation}) holds data of PostgreSQL ${found.version} in ${found.path}${wish}:`,
    `deploy where that version is installed, or move the folder off the volume; nothing is made beside it`,
  ].join(' ');
}

/** Storage that was added when the cluster had its place already; null when there is none. */
export function unusedStorage(observation: Observation): string | null {
  const { server, juju } = observation;
  const { place, hasConfiguration } = server;
  const location = juju.storageLocation;
  if (place === null || !hasConfiguration || location === null || juju.leaving) return null;
  if (isDetached(observation)) return null;
  if (isBelow(server, location) || server.state === 'absent') return null;
  return `storage pgdata at ${location} is not used: the data stays in ${place.dataDirectory}; detach it, or move the data there by hand`;
}

function isBelow({ place, volume }: Observation['server'], location: string): boolean {
  const paths = [place?.dataDirectory ?? '', volume?.path ?? ''];
  return paths.some((path) => path.startsWith(`${location}/`));
}
