/** Looks that failed, in words for the status. Rules and lanes keep what was published and decided for what they were to find. */

import { entryOf } from '../server/entry-of.ts';
import type { ServerLook, UnknownFacts } from '../server/server-facts.ts';

/** Looks besides those at the server. */
export type Look = 'catalog' | 'secret' | 'forwards' | 'memory' | 'promises';

const words: Readonly<Record<ServerLook | Look, string>> = {
  marker: 'its note of where the cluster is cannot be read',
  programs: 'the programs of PostgreSQL cannot be looked for',
  foreign: 'other clusters cannot be looked for',
  control: 'pg_control cannot be read',
  history: 'the history of timelines cannot be read',
  signal: 'the signal file of standbys cannot be looked for',
  catalog: 'roles and databases cannot be read',
  secret: 'the secret with the passwords cannot be read',
  promises: 'it cannot note what it promises, so it changes no role',
  memory: 'it cannot keep its notes',
  copy: 'the state of a copy cannot be read',
  packages: 'the state of packages cannot be read',
  watch: 'the state of its watch cannot be read',
  fence: 'the state of its fence cannot be read',
  forwards: 'the files of rsyslog cannot be read',
};

/** Looks that failed, and why, the most urgent first. Empty when all went well. */
export function unknownProblems(seen: {
  readonly server: { readonly unknown: UnknownFacts<ServerLook> };
  readonly unknown: UnknownFacts<Look>;
}): string[] {
  const failed: Readonly<Record<string, string | undefined>> = { ...seen.server.unknown, ...seen.unknown };
  if (Object.keys(failed).length === 0) return [];
  return Object.entries(words).flatMap(([look, text]) => {
    const reason = entryOf(failed, look);
    return reason === undefined ? [] : [`${text}: ${reason}`];
  });
}
