/** Machine and pass, as far as the executors of this folder need them. */

import type { ClusterPlace } from '../server/place.ts';
import { type MajorTraits, majorTraits, unknownMajor } from '../server/versions.ts';
import type { NotedVolume } from '../server/volume.ts';
import { readMarker } from './marker.ts';

/** Folders of this machine; other than Debian's only in rehearsals. */
export interface MachineRoots {
  /** Configuration of clusters: /etc/postgresql. */
  readonly configuration: string;
  /** Data of clusters: /var/lib/postgresql. */
  readonly data: string;
  /** Programs by major: /usr/lib/postgresql. */
  readonly programs: string;
  /** State folder of the charm: /var/lib/postgresql-charm. */
  readonly state: string;
  /** Notes that are to end with this boot: /run/postgresql-charm. */
  readonly run: string;
}

export const debianRoots: MachineRoots = {
  configuration: '/etc/postgresql',
  data: '/var/lib/postgresql',
  programs: '/usr/lib/postgresql',
  state: '/var/lib/postgresql-charm',
  run: '/run/postgresql-charm',
};

export interface RoleSecret {
  readonly password: string;
  readonly fingerprint: string;
}

export interface MachineContext {
  readonly roots: MachineRoots;
  /** Folder of the charm, with dist/, templates/ and bin/. */
  readonly charmDirectory: string;
  /** This unit: `postgresql/0`. */
  readonly unit: string;
  /** The charm's cluster as this pass has seen it; null or missing: the marker has it. */
  readonly place?: ClusterPlace | null;
  /** Place where the data was seen last; null or missing: nowhere yet. */
  readonly volume?: NotedVolume | null;
  /** Tells where something was put out of the way. */
  readonly keep?: (what: string, places: readonly string[]) => Promise<void>;
  /** Derives the password of a role; asked only when a step needs it. */
  readonly secretOf: (role: string) => Promise<RoleSecret>;
}

/** The charm's cluster on this machine. Throws when it has not been made. */
export async function requirePlace(context: Pick<MachineContext, 'roots' | 'place'>): Promise<ClusterPlace> {
  if (context.place !== undefined && context.place !== null) return context.place;
  const marker = await readMarker(context.roots.state);
  if (marker === null) throw new Error('no cluster has been made on this machine yet');
  return marker.place;
}

/** Traits of the major of `place`. Throws for a major the charm does not know. */
export function traitsOf(place: ClusterPlace): MajorTraits {
  const traits = majorTraits(place.major);
  if (traits === null) throw new Error(unknownMajor(place.major));
  return traits;
}
