/**
 * Passwords that the server has. A client receives that one, so that a new one is published only when it works. The registry tells
 * its generation, and standbys get them with the rest of the data.
 */
import type { CatalogFacts } from '../../server/catalog-facts.ts';
import { entryOf } from '../../server/entry-of.ts';
import { knownRoles } from '../../server/registry.ts';
import type { Memory } from '../memory.ts';
import type { CredentialFacts } from '../observation.ts';

/** Role → generation of the password set on the server; as seen last where that cannot be seen now. */
export function generationsOnServer(
  credentials: Pick<CredentialFacts, 'fingerprints'>,
  catalog: CatalogFacts | null,
  memory: Pick<Memory, 'onServer'>,
): Record<string, number> {
  if (catalog === null) return memory.onServer;
  const generations = new Map(
    Object.entries(credentials.fingerprints).map(([number, fingerprint]) => [fingerprint, Number(number)]),
  );
  return Object.fromEntries(
    [...knownRoles(catalog)].flatMap(([name, note]) => {
      if (note.made !== 'user') return [];
      const generation = generations.get(note.password ?? '') ?? entryOf(memory.onServer, name);
      return generation === undefined ? [] : [[name, generation] as const];
    }),
  );
}

/** The credentials as clients are to receive them. */
export function asOnServer(credentials: CredentialFacts): CredentialFacts {
  return { ...credentials, generations: { ...credentials.generations, ...credentials.onServer } };
}

/** Users whose password on the server is not the one it should be. */
export function usersBehind(users: readonly string[], { generations, onServer }: CredentialFacts): string[] {
  return [...new Set(users)].filter((user) => {
    const generation = entryOf(onServer, user);
    return generation !== undefined && generation !== (entryOf(generations, user) ?? 1);
  });
}
