/** The note that says which cluster is the charm's own, written before anything of the cluster exists. */

import { join } from 'node:path';
import * as z from 'zod';
import type { ClusterPlace } from '../server/place.ts';
import { errorText } from '../system/failed-looks.ts';
import { readNote, writeNote } from './state-note.ts';

export const placeShape = z.object({
  major: z.int(),
  name: z.string(),
  dataDirectory: z.string(),
  configDirectory: z.string(),
  logFile: z.string(),
  binDirectory: z.string(),
  socketDirectory: z.string(),
  port: z.int(),
});

export const volumeShape = z.object({ path: z.string(), mountPoint: z.string() });

const markerShape = z.object({
  place: placeShape,
  /** `initdb`: an empty cluster is made. `adopt`: the data directory holds a cluster that is to be kept. */
  how: z.enum(['initdb', 'adopt']),
  /** False from before the first touch until the cluster is complete. */
  made: z.boolean(),
});

export interface Marker {
  readonly place: ClusterPlace;
  readonly how: 'initdb' | 'adopt';
  readonly made: boolean;
}

/**
 * The marker in state folder `state`, or null when no cluster was begun. Throws when the file is not
 * readable as one.
 */
export async function readMarker(state: string): Promise<Marker | null> {
  return readNote(markerPath(state), markerShape).catch((error: unknown) => {
    throw new Error(`${errorText(error)}; put back a copy of it`, { cause: error });
  });
}

/** Replaces the marker. */
export async function writeMarker(state: string, marker: Marker): Promise<void> {
  await writeNote(markerPath(state), marker);
}

function markerPath(state: string): string {
  return join(state, 'cluster.json');
}
