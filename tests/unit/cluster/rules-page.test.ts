import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rulesPage } from '../../../scripts/rules.ts';

test('docs/rules.md is what the rules say (node scripts/rules.ts)', () => {
  expect(readFileSync('docs/rules.md', 'utf8')).toBe(rulesPage());
});
