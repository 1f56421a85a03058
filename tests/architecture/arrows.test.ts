import { describe, expect, test } from 'vitest';
import { type Import, importsOf, sourceFiles } from './source-files.ts';

const pure = ['cluster', 'server', 'relations', 'backup'];
const imports = sourceFiles('src', ['.ts']).flatMap(importsOf);

const roomOf = (path: string) =>
  /^src\/([^/]+)\//.exec(path)?.[1] ?? (path === 'src/main.ts' ? 'main' : null);
const show = (list: readonly Import[]) => list.map(({ from, to }) => `${from} → ${to}`);

/** Rooms that a room may import; types of pure rooms are open to all. */
const adapters = ['juju', 'postgres', 'system'];
const decided = ['plan', ...pure];
const arrows: Readonly<Record<string, readonly string[]>> = {
  main: ['pass'],
  pass: ['pass', 'actions', 'observe', 'apply', ...adapters, ...decided],
  actions: ['actions', 'postgres', ...decided],
  observe: ['observe', ...adapters, ...decided],
  apply: ['apply', ...adapters, ...decided],
  plan: decided,
  juju: ['juju'],
  postgres: ['postgres', 'system', ...pure],
  system: ['system'],
  ...Object.fromEntries(pure.map((room) => [room, pure])),
};

describe('arrows between rooms point one way', () => {
  test('the check sees the source', () => {
    expect(imports.length).toBeGreaterThan(50);
  });

  test('every file of src is in a room', () => {
    expect(
      sourceFiles('src', ['.ts']).filter(
        ({ path }) => roomOf(path) === null || !(roomOf(path) ?? '' in arrows),
      ),
    ).toEqual([]);
  });

  test('a room imports only the rooms below it', () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      const target = roomOf(to);
      if (target === null) return false;
      if (typeOnly && pure.includes(target)) return false;
      return !(arrows[roomOf(from) ?? ''] ?? []).includes(target);
    });
    expect(show(wrong)).toEqual([]);
  });

  test('a pure room imports neither Node nor a package', () => {
    const wrong = imports.filter(
      ({ from, to }) => decided.includes(roomOf(from) ?? '') && !to.startsWith('src/'),
    );
    expect(show(wrong)).toEqual([]);
  });

  test('the charm imports nothing from the testbed, the tests or the scripts', () => {
    expect(show(imports.filter(({ to }) => /^(testbed|tests|scripts)\//.test(to)))).toEqual([]);
  });

  test('the testbed knows nothing about the charm or PostgreSQL', () => {
    const testbed = sourceFiles('testbed', ['.ts']);
    expect(show(testbed.flatMap(importsOf).filter(({ to }) => to.startsWith('src/')))).toEqual([]);
    const naming = testbed.filter(
      ({ path, text }) => /postgres/i.test(text) && !/archive-packages/.test(path),
    );
    expect(naming.map(({ path }) => path)).toEqual([]);
  });

  test('zod is imported whole: its named import `z` bundles every locale', () => {
    const wrong = ['src', 'scripts', 'testbed']
      .flatMap((folder) => sourceFiles(folder, ['.ts']))
      .filter(({ text }) => /import \{[^}]*\bz\b[^}]*\} from 'zod'/.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('only main.ts reads argv and the environment', () => {
    const readers = sourceFiles('src', ['.ts']).filter(
      ({ path, text }) => path !== 'src/main.ts' && /process\.(argv|env)\b/.test(text),
    );
    expect(readers.map(({ path }) => path)).toEqual([]);
  });
});
