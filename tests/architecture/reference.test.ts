import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages } from '../../scripts/reference.ts';
import { root } from './source-files.ts';

describe('the reference pages are made from the yaml files', () => {
  for (const [path, page] of Object.entries(pages)) {
    test(`${path} is up to date (else: node scripts/reference.ts)`, () => {
      expect(readFileSync(join(root, path), 'utf8')).toBe(page());
    });
  }
});
