import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from './source-files.ts';

interface Metadata {
  provides?: Record<string, unknown>;
  requires?: Record<string, unknown>;
  peers?: Record<string, unknown>;
  storage?: Record<string, unknown>;
}

const read = <T>(name: string) => parse(readFileSync(join(root, name), 'utf8')) as T;
const metadata = read<Metadata>('metadata.yaml');
const endpoints = [metadata.provides, metadata.requires, metadata.peers].flatMap((group) =>
  Object.keys(group ?? {}),
);
const lifecycle = [
  'install',
  'config-changed',
  'start',
  'stop',
  'remove',
  'upgrade-charm',
  'update-status',
  'leader-elected',
];
const ofPeers = ['created', 'joined', 'changed', 'departed'];

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

  test('every hook the charm must hear has a link', () => {
    const hooks = readdirSync(join(root, 'hooks'));
    const wanted = [
      ...lifecycle,
      ...endpoints
        .filter((name) => ['replication', 'syslog'].includes(name))
        .flatMap((name) => ofPeers.map((event) => `${name}-relation-${event}`)),
      // Before a unit of theirs has joined, nothing can be done for clients.
      ...['db', 'db-admin', 'master', 'database'].flatMap((name) =>
        ['joined', 'changed', 'departed'].map((event) => `${name}-relation-${event}`),
      ),
      ...['db', 'db-admin', 'master', 'database', 'syslog'].map((name) => `${name}-relation-broken`),
      ...Object.keys(metadata.storage ?? {}).flatMap((name) => [
        `${name}-storage-attached`,
        `${name}-storage-detaching`,
      ]),
    ];
    expect(wanted.filter((name) => !hooks.includes(name))).toEqual([]);
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
