/** The file of a unit's memory. */

import * as z from 'zod';
import type { Memory } from '../plan/memory.ts';
import { placeShape, volumeShape } from '../postgres/marker.ts';
import { readReplaceable, writeNote } from '../postgres/state-note.ts';
import { stateDirectory } from '../server/place.ts';

const Cluster = z.object({
  seenEpoch: z.number().default(0),
  doneEpoch: z.number().default(0),
  refused: z.nullable(z.object({ epoch: z.number(), why: z.string() })).default(null),
  systemIdentifier: z.nullable(z.string()).default(null),
  noted: z
    .nullable(
      z.object({
        timeline: z.number(),
        position: z.string(),
        primaryPosition: z.nullable(z.string()).default(null),
      }),
    )
    .default(null),
  manualEpoch: z.nullable(z.number()).default(null),
  halfRewound: z.boolean().default(false),
  lineage: z.nullable(z.string()).default(null),
});

const MomentShape = z.object({ boot: z.string(), seconds: z.number() });

/** Fields that an older charm did not write, or wrote as times of a clock that can be set, have the values of an empty memory. */
const MemoryFile = z.object({
  unit: z.string(),
  place: z.nullable(placeShape).default(null),
  volume: z.nullable(volumeShape).default(null),
  storageLocation: z.nullable(z.string()).default(null),
  detaching: z.boolean().default(false),
  volumeBytes: z.nullable(z.number()).default(null),
  cluster: Cluster,
  lookSeen: z.nullable(z.object({ request: z.string(), at: MomentShape })).catch(null),
  decisionSeen: z.nullable(z.object({ epoch: z.number(), at: MomentShape })).catch(null),
  silent: z.nullable(z.object({ unit: z.string(), since: MomentShape })).catch(null),
  fingerprints: z.record(z.string(), z.string()).default({}),
  passwords: z.record(z.string(), z.string()).default({}),
  onServer: z.record(z.string(), z.number()).default({}),
  peerRelation: z.nullable(z.string()).default(null),
  controllers: z.array(z.string()).default([]),
  made: z.nullable(z.object({ locale: z.string(), encoding: z.string() })).default(null),
  rewindLogged: z.string().default(''),
  fenceLogged: z.string().default(''),
  readers: z.record(z.string(), z.nullable(MomentShape)).default({}),
  problems: z.array(z.string()).default([]),
  status: z.string().default(''),
  applicationStatus: z.nullable(z.object({ text: z.string(), at: MomentShape })).catch(null),
  shownVersion: z.string().default(''),
  serverVersion: z.string().default(''),
}) satisfies z.ZodType<Memory>;

export const memoryFile = `${stateDirectory}/memory.json`;

/** The memory of `unit`; null when there is none, it cannot be read, or is another unit's. */
export async function readMemory(unit: string, file: string = memoryFile): Promise<Memory | null> {
  const memory = await readReplaceable(file, MemoryFile);
  return memory?.unit === unit ? memory : null;
}

/** Writes the memory: whole, on disk when this returns, readable by root only. */
export async function writeMemory(memory: Memory, file: string = memoryFile): Promise<void> {
  await writeNote(file, memory);
}
