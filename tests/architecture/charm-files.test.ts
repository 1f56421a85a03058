import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { endpoints } from '../../src/relations/endpoints.ts';
import { root } from './source-files.ts';

interface Metadata {
  provides?: Record<string, unknown>;
  requires?: Record<string, unknown>;
  peers?: Record<string, unknown>;
  storage?: Record<string, unknown>;
}

const read = <T>(name: string) => parse(readFileSync(join(root, name), 'utf8')) as T;
const metadata = read<Metadata>('metadata.yaml');
const lifecycle = [
  'install',
  'config-changed',
  'start',
  'stop',
  'remove',
  'upgrade-charm',
  'update-status',
  'leader-elected',
  'secret-changed',
  'secret-expired',
  'secret-remove',
  'secret-rotate',
];

describe('every event is a symlink to the one compiled file', () => {
  for (const folder of ['hooks', 'actions']) {
    test(`${folder}/ holds nothing but links to ../dist/charm`, () => {
      const names = readdirSync(join(root, folder));
      expect(names.length).toBeGreaterThan(5);
      const other = names.filter(
        (name) =>
          !lstatSync(join(root, folder, name)).isSymbolicLink() ||
          readlinkSync(join(root, folder, name)) !== '../dist/charm',
      );
      expect(other).toEqual([]);
    });
  }

  test('the table of endpoints is that of metadata.yaml', () => {
    const declared = Object.assign({}, metadata.provides, metadata.requires, metadata.peers) as Record<
      string,
      { interface: string }
    >;
    const interfaces = (of: Readonly<Record<string, { readonly interface: string }>>) =>
      Object.fromEntries(Object.entries(of).map(([name, endpoint]) => [name, endpoint.interface]));
    expect(interfaces(endpoints)).toEqual(interfaces(declared));
  });

  test('every hook the charm must hear has a link, and no link is without an event', () => {
    const heard = [
      ...lifecycle,
      ...Object.entries(endpoints).flatMap(([name, { hooks }]) =>
        hooks.map((event) => `${name}-relation-${event}`),
      ),
      ...Object.keys(metadata.storage ?? {}).flatMap((name) => [
        `${name}-storage-attached`,
        `${name}-storage-detaching`,
      ]),
    ];
    expect(readdirSync(join(root, 'hooks')).toSorted()).toEqual(heard.toSorted());
  });

  test('every action has a link, and no link is without an action', () => {
    expect(readdirSync(join(root, 'actions')).sort()).toEqual(
      Object.keys(read<object>('actions.yaml')).sort(),
    );
  });

  test('every action says whether it takes other parameters', () => {
    const open = Object.entries(
      read<Record<string, { additionalProperties?: boolean }>>('actions.yaml'),
    ).filter(([, spec]) => spec.additionalProperties !== false);
    expect(open.map(([name]) => name)).toEqual([]);
  });
});
