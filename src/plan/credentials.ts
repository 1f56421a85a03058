/** Generations of passwords and their fingerprints, as a plan uses them. */

import { entryOf } from '../server/entry-of.ts';
import { jsonObject } from '../server/json.ts';
import type { CredentialFacts } from './observation.ts';

/** Key of the peer application bag: role → generation of its password, as JSON. */
export const generationsKey = 'generations';

/** Role → generation, from the bag; an entry that is not one is left out. */
export function parseGenerations(text: string | undefined): Record<string, number> {
  return Object.fromEntries(
    Object.entries(jsonObject(text) ?? {}).flatMap(([role, generation]) =>
      typeof generation === 'number' && Number.isSafeInteger(generation) && generation > 0
        ? [[role, generation]]
        : [],
    ),
  );
}

/** The fingerprint that a role's password has now; null while the root cannot be read. */
export function fingerprintOf(
  role: string,
  credentials: Pick<CredentialFacts, 'fingerprints' | 'generations'>,
): string | null {
  return entryOf(credentials.fingerprints, String(entryOf(credentials.generations, role) ?? 1)) ?? null;
}

/** Source of the root secret that a peer application bag names: its URI, `bag` for a plain value, null for none. */
export function rootSourceIn(bag: Readonly<Record<string, string>>): string | null {
  return bag['credentials'] ?? (bag['credentials-root'] === undefined ? null : 'bag');
}
