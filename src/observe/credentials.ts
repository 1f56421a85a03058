/** The root secret of all passwords: where it is, and what is derived from it. */

import { applicationBag, setBag } from '../juju/relations.ts';
import { secretAdd, secretByLabel, secretGet } from '../juju/secrets.ts';
import { applicationOf, type EventFacts, hasSecrets } from '../pass/event.ts';
import type { Memory } from '../plan/memory.ts';
import type { CredentialFacts } from '../plan/observation.ts';
import type { Bag } from '../relations/relation-facts.ts';
import { derivePassword, newRootSecret, passwordFingerprint } from '../system/entropy.ts';

const label = 'credentials';

/** Reads the root lazily and at most once a process. */
export class Vault {
  #root: string | null = null;

  /** The root secret, or null while this unit cannot read it. */
  async root(
    peer: { readonly id: string; readonly committed: Bag } | null,
    event: EventFacts,
  ): Promise<string | null> {
    if (this.#root !== null || peer === null) return this.#root;
    const uri = peer.committed['credentials'];
    if (uri !== undefined) this.#root = (await secretGet(uri))?.['root'] ?? null;
    else if (peer.committed['credentials-root'] !== undefined) {
      // The observed bag is sealed, so the value is read again.
      this.#root = (await applicationBag(peer.id, applicationOf(event.unit)))?.['credentials-root'] ?? null;
    }
    return this.#root;
  }

  /**
   * Makes the root (leader only) and returns the bag key that tells the other units where it is. A secret left over from a hook
   * whose bags were rolled back is taken up again.
   */
  async create(peerId: string, event: EventFacts): Promise<Bag> {
    if (!hasSecrets(event.jujuVersion)) {
      this.#root = newRootSecret();
      const content = { 'credentials-root': this.#root };
      await setBag(peerId, 'application', content);
      return content;
    }
    const kept = await secretByLabel(label);
    const root = kept === null ? newRootSecret() : ((await secretGet(kept))?.['root'] ?? newRootSecret());
    const uri = kept ?? (await secretAdd(label, { root }));
    this.#root = root;
    await setBag(peerId, 'application', { credentials: uri });
    return { credentials: uri };
  }
}

/** Where the root is and what its passwords' fingerprints are; reads the root only for a generation never seen before. */
export async function observeCredentials(
  peer: { readonly id: string; readonly committed: Bag; readonly application: Bag } | null,
  event: EventFacts,
  memory: Memory,
  vault: Vault,
): Promise<CredentialFacts> {
  const bag = peer?.application ?? {};
  const source = bag['credentials'] ?? (bag['credentials-root'] === undefined ? null : 'bag');
  const generations = parseGenerations(bag['generations']);
  if (source === null) return { source, generations, fingerprints: {}, told: {} };
  // The one before is what the server still has while a new one is on its way.
  const current = Object.values(generations);
  const before = current.map((generation) => Math.max(1, generation - 1));
  const wanted = [...new Set([1, ...before, ...current])];
  const known = wanted.map((generation) => memory.fingerprints[`${source} ${generation}`]);
  if (known.every((fingerprint) => fingerprint !== undefined)) {
    return { source, generations, fingerprints: byGeneration(wanted, known), told: {} };
  }
  const root = await vault.root(peer, event);
  if (root === null) return { source, generations, fingerprints: {}, told: {} };
  const fingerprints = wanted.map((generation) => passwordFingerprint(root, generation));
  return { source, generations, fingerprints: byGeneration(wanted, fingerprints), told: {} };
}

function byGeneration(
  generations: readonly number[],
  fingerprints: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    generations.map((generation, index) => [String(generation), fingerprints[index] ?? '']),
  );
}

/** Role → generation, from the bag; what is not one is left out. */
export function parseGenerations(text: string | undefined): Record<string, number> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, number] => Number.isSafeInteger(entry[1]) && entry[1] > 0,
      ),
    );
  } catch {
    return {};
  }
}

/** The fingerprint that a role's password has now; null while the root cannot be read. */
export function fingerprintOf(role: string, credentials: CredentialFacts): string | null {
  return credentials.fingerprints[String(credentials.generations[role] ?? 1)] ?? null;
}

/** The password that a role has now. */
export function passwordOf(role: string, root: string, credentials: CredentialFacts): string {
  return derivePassword(root, role, credentials.generations[role] ?? 1);
}
