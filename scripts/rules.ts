/** Makes docs/rules.md from the rows of cluster/. A test holds them equal. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaderRows } from '../src/cluster/leader.ts';
import { memberRows } from '../src/cluster/member.ts';

interface Row {
  readonly id: number;
  readonly says: string;
  readonly why: string;
}

function table(rows: readonly Row[]): string[] {
  return [
    '| rule | when | why |',
    '|---|---|---|',
    ...rows.map(({ id, says, why }) => `| ${id} | ${says} | ${why} |`),
    '',
  ];
}

/** The page about the rules. */
export function rulesPage(): string {
  return [
    '# The rules',
    '',
    '<!-- Made by `node scripts/rules.ts`; edit the rows in src/cluster/ instead. -->',
    '',
    'Who is primary, and what each server becomes, is decided by numbered rows. The first row whose condition holds speaks; its',
    'number is in the log of every pass (`juju debug-log`). docs/replication.md tells how they work together.',
    '',
    '## The leader: what is decided',
    '',
    'Asked on the leader unit only, once a pass, when its own server needs no more steps. At most one decision a hook.',
    '',
    ...table(leaderRows),
    '## Every unit: what its server becomes',
    '',
    ...table(memberRows),
  ].join('\n');
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', 'docs', 'rules.md'), rulesPage());
