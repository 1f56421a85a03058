/** Place of the cluster on this machine, and traits of the major that is in it. */
import { type ClusterPlace, clusterPlace } from '../../server/place.ts';
import { type MajorTraits, majorTraits } from '../../server/versions.ts';
import type { Situation } from '../situation.ts';

export interface PlaceAndTraits {
  readonly place: ClusterPlace;
  readonly traits: MajorTraits;
}

/** Place of the cluster, or where it will be made; null while no major is installed or usable. */
export function placeOf({ observation, reading }: Situation): PlaceAndTraits | null {
  const { server, juju } = observation;
  const { options, mayCreate } = reading.options;
  // A cluster that is there is kept going whatever the options say; a new one is not begun with wrong ones.
  if (!mayCreate && !server.hasConfiguration) return null;
  const place = server.place ?? newPlace(server.installedMajor, options, juju.storageLocation);
  const traits = place === null ? null : majorTraits(place.major);
  return place === null || traits === null ? null : { place, traits };
}

function newPlace(
  installedMajor: number | null,
  options: { readonly major: number | null; readonly majorUsable: boolean },
  storageLocation: string | null,
): ClusterPlace | null {
  if (installedMajor === null || !options.majorUsable) return null;
  return clusterPlace(options.major ?? installedMajor, storageLocation);
}
