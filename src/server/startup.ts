/** Text for the status of a unit whose server does not come up. */
import type { ServerFacts } from './server-facts.ts';

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/i, 'free or add space'],
  [/could not map anonymous shared memory|Cannot allocate memory/i, 'lower shared_buffers in extra_pg_conf'],
  [
    /unrecognized configuration parameter|invalid value for parameter|syntax error in file/i,
    'correct extra_pg_conf',
  ],
  [/could not load .*pg_hba\.conf|authentication method/i, 'correct extra_pg_auth'],
  [/Address already in use/i, 'stop the other program on port 5432'],
  [/has invalid permissions|Permission denied/i, 'correct owner and mode of the files named'],
];

/** The text for a blocked status: the last error in the server's log and, where one is known, the way out. */
export function startupProblem(facts: Pick<ServerFacts, 'lastErrors'>): string {
  const error = facts.lastErrors.at(-1);
  if (error === undefined) return 'PostgreSQL does not start and its log does not say why';
  const hint = HINTS.find(([pattern]) => facts.lastErrors.some((line) => pattern.test(line)))?.[1];
  return `PostgreSQL does not start: ${error.slice(0, 200)}${hint === undefined ? '' : ` (${hint})`}`;
}

/** Names what is there that the charm did not make, for a blocked status; null when nothing is. */
export function foreignProblem(foreign: readonly string[]): string | null {
  if (foreign.length === 0) return null;
  const found = foreign.join(', ');
  return `PostgreSQL clusters the charm did not make: ${found}; move them away or use another machine`;
}
