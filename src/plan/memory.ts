/** The little that cannot be observed, in one file beside the cluster. Losing it costs repeated work, never safety of data. */
import * as z from 'zod';
import { stateDirectory } from '../server/place.ts';
import { readText, writeAtomic } from '../system/files.ts';

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
  halfRewound: z.boolean().default(false),
  lineage: z.nullable(z.string()).default(null),
});

const Memory = z.object({
  unit: z.string(),
  /** What the rules of cluster/ must know again after a restart. */
  cluster: Cluster,
  /** When this unit first saw the decision of `epoch`, by its own clock. */
  decisionSeen: z.nullable(z.object({ epoch: z.number(), at: z.string() })).default(null),
  /** The decision's primary did not answer when it was tried, since when, by this unit's clock. */
  silent: z.nullable(z.object({ unit: z.string(), since: z.string() })).default(null),
  /** Source and generation of the root secret (`secret:abc 1`) → fingerprint, so that a quiet pass need not read the secret. */
  fingerprints: z.record(z.string(), z.string()).default({}),
  /** Fingerprint and role → what a published password hashes to. */
  passwords: z.record(z.string(), z.string()).default({}),
  /** Role → generation of the password the server had for it when last seen. */
  told: z.record(z.string(), z.number()).default({}),
  /** Id of the peer relation; it never changes. */
  peerRelation: z.nullable(z.string()).default(null),
  /** Extra packages that were installed. */
  packages: z.array(z.string()).default([]),
  /** The raw lines that PostgreSQL was last asked about (a hash of them), and what it said. */
  checked: z.nullable(z.object({ lines: z.string(), problems: z.array(z.string()) })).default(null),
  /** Options that cannot be changed any more, as they were when the cluster was made. */
  made: z.nullable(z.object({ locale: z.string(), encoding: z.string() })).default(null),
  /** When the last rewind that the log tells the end of had begun. */
  rewindTold: z.string().default(''),
  /** When the guard had stopped the server, as far as the log tells of it. */
  fenceTold: z.string().default(''),
  /** What Juju was told last. */
  status: z.string().default(''),
  applicationStatus: z.string().default(''),
  shownVersion: z.string().default(''),
});

export type Memory = z.infer<typeof Memory>;

export const memoryFile = `${stateDirectory}/memory.json`;

/** The memory of a unit that remembers nothing. */
export function emptyMemory(unit: string): Memory {
  return Memory.parse({ unit, cluster: {} });
}

/** The memory of `unit`; an unreadable one, or another unit's, counts as none. */
export async function readMemory(unit: string, file: string = memoryFile): Promise<Memory> {
  const text = await readText(file);
  if (text === null) return emptyMemory(unit);
  try {
    const memory = Memory.parse(JSON.parse(text));
    return memory.unit === unit ? memory : emptyMemory(unit);
  } catch {
    return emptyMemory(unit);
  }
}

/** Writes the memory: whole, on disk when this returns, readable by root only. */
export async function writeMemory(memory: Memory, file: string = memoryFile): Promise<void> {
  await writeAtomic(file, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600, owner: 'root' });
}
