/** Place of the cluster on this machine, and traits of the major that is in it. */
import { type ClusterPlace, clusterPlace } from '../../server/place.ts';
import { type MajorTraits, majorTraits } from '../../server/versions.ts';
import type { Situation } from '../situation.ts';
import { dataInTheWay } from './storage.ts';

export interface PlaceAndTraits {
  readonly place: ClusterPlace;
  readonly traits: MajorTraits;
}

type Placing = Pick<Situation, 'observation' | 'reading'>;

/** Place of the cluster, or where it will be made; null while no major is installed or usable, or other data is in the way. */
export function placeOf(placing: Placing): PlaceAndTraits | null {
  const { observation, reading } = placing;
  const { server } = observation;
  const { mayCreate } = reading.options;
  // A cluster that is there is kept going whatever the options say; a new one is not begun with wrong ones.
  if (!mayCreate && !server.hasConfiguration) return null;
  if (storageProblem(placing) !== null) return null;
  const place = desiredPlace(placing);
  const traits = place === null ? null : majorTraits(place.major);
  return place === null || traits === null ? null : { place, traits };
}

/** Data on storage that no cluster is made beside; null when there is none. */
export function storageProblem(placing: Placing): string | null {
  const desired = desiredPlace(placing);
  return dataInTheWay(placing.observation, desired?.dataDirectory ?? null, desired?.major ?? null);
}

function desiredPlace({ observation: { server, juju }, reading }: Placing): ClusterPlace | null {
  return server.place ?? newPlace(server.installedMajor, reading.options.options, juju.storageLocation);
}

function newPlace(
  installedMajor: number | null,
  options: { readonly major: number | null; readonly majorUsable: boolean },
  storageLocation: string | null,
): ClusterPlace | null {
  if (installedMajor === null || !options.majorUsable) return null;
  return clusterPlace(options.major ?? installedMajor, storageLocation);
}
