import { describe, expect, test } from 'vitest';
import { withSources, withText } from './compiler.ts';
import { outsideKeys } from './outside-keys.ts';
import { root } from './source-files.ts';

/** Written where every key is the charm's own: options and templates it ships, settings of PostgreSQL, keys of its answers, ids of relations. */
const ownKeys = [
  'src/server/entry-of.ts: record[key]',
  'src/server/settings.ts: values[name]',
  'src/cluster/ordered-settings.ts: result[name]',
  'src/relations/syslog.ts: bags[relation.id]',
  'src/relations/syslog.ts: problems[relation.id]',
  'src/relations/postgresql-client-answer-v0.ts: content[key]',
  'src/system/templates.ts: specifications[name]',
];

describe('a key from outside finds nothing that every object has', () => {
  test('records are read by entryOf, or are Maps', () => {
    const found = withSources('src', ({ checker, sources }) =>
      sources.flatMap((source) =>
        outsideKeys(checker, source).map((text) => `${source.fileName.slice(root.length + 1)}: ${text}`),
      ),
    );
    expect([...new Set(found)].toSorted()).toEqual(ownKeys.toSorted());
  });

  test('the check sees reads, writes and questions, and leaves the rest alone', () => {
    const text = `
      declare const record: Record<string, number>; declare const maybe: Record<string, number> | undefined;
      declare const row: { a: number; b: number }; declare const list: number[];
      export function look(key: string, at: number, own: 'a' | 'b') {
        record[key] = 1;
        return [record[key], maybe?.[key], key in record, record['a'], row[own], list[at], record[own]];
      }`;
    const found = withText(text, ({ checker, sources }) =>
      sources.flatMap((source) => outsideKeys(checker, source)),
    );
    expect(found).toEqual(['record[key]', 'record[key]', 'maybe?.[key]', 'key in record']);
  });
});
