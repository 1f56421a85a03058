/** The note that says which cluster is the charm's own, written before anything of the cluster exists. */

import { join } from 'node:path';
import * as z from 'zod';
import { parsedJson } from '../server/json.ts';
import type { ClusterPlace } from '../server/place.ts';
import { readText, writeAtomic } from '../system/files.ts';

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
  const path = markerPath(state);
  const text = await readText(path);
  if (text === null) return null;
  const parsed = markerShape.safeParse(parsedJson(text));
  if (!parsed.success) throw new Error(`${path} is damaged: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Replaces the marker. */
export async function writeMarker(state: string, marker: Marker): Promise<void> {
  const content = `${JSON.stringify(marker, null, 2)}\n`;
  await writeAtomic(markerPath(state), content, { mode: 0o600, owner: 'root' });
}

function markerPath(state: string): string {
  return join(state, 'cluster.json');
}
