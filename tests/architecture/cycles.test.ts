import { describe, expect, test } from 'vitest';
import { importCycles } from './cycles.ts';
import { importsOf, sourceFiles } from './source-files.ts';

const arrow = (line: string) => {
  const [from = '', to = ''] = line.split(' → ');
  return { from, to };
};

describe('no file imports one that imports it, not even a type', () => {
  test('a ring is found whole, and what only leads to it is no part of it', () => {
    const imports = ['main → a', 'a → b', 'b → c', 'c → a', 'c → d', 'd → e', 'f → f'].map(arrow);
    expect(importCycles(imports)).toEqual([['a', 'b', 'c'], ['f']]);
  });

  for (const folder of ['src', 'testbed', 'scripts', 'tests']) {
    test(`${folder}/ has no ring`, () => {
      const imports = sourceFiles(folder, ['.ts']).flatMap(importsOf);
      expect(imports.length).toBeGreaterThan(10);
      expect(importCycles(imports).map((ring) => ring.join(' '))).toEqual([]);
    });
  }
});
