/** URI of the root secret, and the fingerprints of its passwords. */
import type { RootPeer } from '../juju/vault.ts';
import { generationsOnServer } from '../plan/clients/passwords.ts';
import { generationsKey, parseGenerations, rootSourceIn } from '../plan/credentials.ts';
import type { Memory } from '../plan/memory.ts';
import type { CredentialFacts } from '../plan/observation.ts';
import type { Bag } from '../relations/relation-facts.ts';
import type { CatalogFacts } from '../server/catalog-facts.ts';
import { passwordFingerprint } from '../system/entropy.ts';

type Found = Omit<CredentialFacts, 'onServer'>;

/** Reads the root only for a generation never seen before. */
export async function observeCredentials(
  peer: (RootPeer & { readonly application: Bag }) | null,
  memory: Pick<Memory, 'fingerprints'>,
  rootOf: (peer: RootPeer) => Promise<string | null>,
): Promise<Found> {
  const bag = peer?.application ?? {};
  const source = rootSourceIn(bag);
  const generations = parseGenerations(bag[generationsKey]);
  if (source === null) return { source, generations, fingerprints: {} };
  // The one before is what the server still has while a new one is on its way.
  const current = Object.values(generations);
  const before = current.map((generation) => Math.max(1, generation - 1));
  const needed = [...new Set([1, ...before, ...current])];
  const known = needed.map((generation) => memory.fingerprints[`${source} ${generation}`]);
  if (known.every((fingerprint) => fingerprint !== undefined)) {
    return { source, generations, fingerprints: byGeneration(needed, known) };
  }
  const root = peer === null ? null : await rootOf(peer);
  const fingerprints = root === null ? [] : needed.map((generation) => passwordFingerprint(root, generation));
  return { source, generations, fingerprints: byGeneration(needed, fingerprints) };
}

/** The credentials with the generations that the server has. */
export function withServer(
  found: Found,
  catalog: CatalogFacts | null,
  memory: Pick<Memory, 'onServer'>,
): CredentialFacts {
  return { ...found, onServer: generationsOnServer(found, catalog, memory) };
}

function byGeneration(
  generations: readonly number[],
  fingerprints: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    generations.flatMap((generation, index) => {
      const fingerprint = fingerprints[index];
      return fingerprint === undefined ? [] : [[String(generation), fingerprint] as const];
    }),
  );
}
