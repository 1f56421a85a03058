/**
 * Which of its passwords a client is told: the one the server has, so that a new one is told only when it works. The server says
 * so itself, in the comments of roles, which standbys get with the rest of the data.
 */
import type { CatalogFacts } from '../../server/catalog-facts.ts';
import { parseRoleComment } from '../../server/role-comment.ts';
import type { Memory } from '../memory.ts';
import type { CredentialFacts } from '../observation.ts';

/** Role → generation of the password set on the server; what was seen last where that cannot be told now. */
export function toldGenerations(
  credentials: Pick<CredentialFacts, 'fingerprints'>,
  catalog: CatalogFacts | null,
  memory: Pick<Memory, 'told'>,
): Record<string, number> {
  if (catalog === null) return memory.told;
  const generations = new Map(
    Object.entries(credentials.fingerprints).map(([number, fingerprint]) => [fingerprint, Number(number)]),
  );
  return Object.fromEntries(
    catalog.roles.flatMap(({ name, comment }) => {
      const note = parseRoleComment(comment);
      if (note?.made !== 'user') return [];
      const generation = generations.get(note.password ?? '') ?? memory.told[name];
      return generation === undefined ? [] : [[name, generation] as const];
    }),
  );
}

/** The credentials as clients are to be told them. */
export function asTold(credentials: CredentialFacts): CredentialFacts {
  return { ...credentials, generations: { ...credentials.generations, ...credentials.told } };
}

/** Those of `users` that the server has another password for than it should. */
export function untoldUsers(users: readonly string[], { generations, told }: CredentialFacts): string[] {
  return [...new Set(users)].filter((user) => {
    const generation = told[user];
    return generation !== undefined && generation !== (generations[user] ?? 1);
  });
}
