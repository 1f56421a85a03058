/** Makes docs/rules.md from the rules of cluster/. A test holds them equal. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaderRules } from '../src/cluster/leader.ts';
import { memberRules } from '../src/cluster/member.ts';

interface Line {
  readonly id: number;
  readonly condition: string;
  readonly why: string;
}

function table(rules: readonly Line[]): string[] {
  return [
    '| rule | when | why |',
    '|---|---|---|',
    ...rules.map(({ id, condition, why }) => `| ${id} | ${condition} | ${why} |`),
    '',
  ];
}

/** The page about the rules. */
export function rulesPage(): string {
  return [
    '# The rules',
    '',
    '<!-- Made by `node scripts/rules.ts`; edit the rules in src/cluster/ instead. -->',
    '',
    'Who is primary, and what each server becomes, is decided by numbered rules. The first rule whose condition holds speaks; its',
    'number is in the log of every pass (`juju debug-log`). docs/replication.md tells how they work together.',
    '',
    '## The leader: what is decided',
    '',
    'Asked on the leader unit only, once a pass, when its own server needs no more steps. At most one decision a hook.',
    '',
    ...table(leaderRules),
    '## Every unit: what its server becomes',
    '',
    ...table(memberRules),
  ].join('\n');
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', 'docs', 'rules.md'), rulesPage());
