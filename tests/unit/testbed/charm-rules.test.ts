import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { zipCharm } from '../../../testbed/api/charm-zip.ts';
import { checkParams, withDefaults } from '../../../testbed/controller/action-params.ts';
import { convertOption } from '../../../testbed/controller/charm-options.ts';
import { storeCharm } from '../../../testbed/controller/charm-store.ts';
import { validateCharm } from '../../../testbed/controller/charm-validation.ts';
import { parseStorageSpec } from '../../../testbed/controller/storage-spec.ts';

const metadata = 'name: pg\nsummary: s\ndescription: d\n';
const manifest = 'bases: [{name: ubuntu, channel: "24.04", architectures: [amd64]}]\n';
const good = { metadata, manifest, config: null, actions: null };

describe('what Juju refuses', () => {
  test('nothing about a plain charm', () => {
    expect(validateCharm(good, '4.0').errors).toEqual([]);
    expect(validateCharm(good, '4.0').charm?.bases).toEqual([
      { name: 'ubuntu', channel: '24.04', architectures: ['amd64'] },
    ]);
  });
  test.each([
    ['no name', { metadata: 'summary: s\ndescription: d\n' }, 'metadata: name: expected string, got nothing'],
    ['bad name', { metadata: metadata.replace('pg', 'pg-2') }, '"pg-2" is not a valid charm name'],
    [
      'reserved endpoint',
      { metadata: `${metadata}provides: {juju-x: i}\n` },
      'relation name "juju-x" is reserved',
    ],
    [
      'endpoint twice',
      { metadata: `${metadata}provides: {a: i}\nrequires: {a: i}\n` },
      'duplicated relation name "a"',
    ],
    [
      'lonely subordinate',
      { metadata: `${metadata}subordinate: true\n` },
      'lacks "requires" relation with container scope',
    ],
    [
      'storage type',
      { metadata: `${metadata}storage: {d: {type: disk}}\n` },
      'storage.d.type: unexpected value "disk"',
    ],
    [
      'block location',
      { metadata: `${metadata}storage: {d: {type: block, location: /d}}\n` },
      'location may not be specified',
    ],
    ['no bases', { manifest: 'bases: []\n' }, 'without bases in manifest not valid'],
    [
      'a number for a channel',
      { manifest: 'bases: [{name: ubuntu, channel: 24.04}]\n' },
      'channel 24.04 not valid',
    ],
    ['architecture', { manifest: manifest.replace('amd64', 'vax') }, 'unsupported architecture "vax"'],
    ['assumes', { metadata: `${metadata}assumes: [juju < 4]\n` }, 'charm requires "juju < 4"'],
    [
      'default of another type',
      { config: 'options: {a: {type: int, default: "1"}}\n' },
      'option "a" expected int, got "1"',
    ],
    ['no options', { config: 'option: {}\n' }, 'config: options: expected map'],
    ['reserved action', { actions: 'juju-x: {}\n' }, '"juju" is a reserved name'],
    ['$ref', { actions: 'a: {params: {p: {$ref: x}}}\n' }, 'schema key "$ref" not compatible'],
  ])('%s', (_name, files, problem) => {
    expect(validateCharm({ ...good, ...files }, '4.0').errors.join('\n')).toContain(problem);
  });
  test('additionalProperties is open up to 3.6, closed in 4.0', () => {
    const files = { ...good, actions: 'a: {}\n' };
    expect(validateCharm(files, '3.6').charm?.actions['a']?.schema['additionalProperties']).toBe(true);
    expect(validateCharm(files, '4.0').charm?.actions['a']?.schema['additionalProperties']).toBe(false);
  });
});

describe('unpacking', () => {
  let folder = '';
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const make = () => {
    folder = mkdtempSync(join(tmpdir(), 'charm-rules-'));
    mkdirSync(join(folder, 'pg/hooks'), { recursive: true });
    const top = join(folder, 'pg');
    writeFileSync(join(top, 'metadata.yaml'), metadata);
    writeFileSync(join(top, 'manifest.yaml'), manifest);
    writeFileSync(join(top, 'hooks/install'), '', { mode: 0o644 });
    writeFileSync(join(top, 'dispatch'), '', { mode: 0o644 });
    symlinkSync('install', join(top, 'hooks/start'));
    return top;
  };
  test('links stay links; only hooks are made executable', async () => {
    const top = make();
    const charm = await zipCharm(top, join(folder, 'pg.charm'));
    for (const source of [top, charm]) {
      const { hash } = storeCharm(source, join(folder, 'store'), '3.6');
      const stored = join(folder, 'store', hash);
      expect(statSync(join(stored, 'hooks/start')).mode & 0o111).toBe(0o111);
      expect(statSync(join(stored, 'dispatch')).mode & 0o111).toBe(0);
    }
  });
  test('4.0 takes no folder; a link that leaves the charm is refused', () => {
    const top = make();
    expect(() => storeCharm(top, join(folder, 'store'), '4.0')).toThrow(
      'deploying from a directory is not supported',
    );
    symlinkSync('../../etc', join(top, 'out'));
    expect(() => storeCharm(top, join(folder, 'store'), '3.6')).toThrow('symlink "out" links out of charm');
  });
});

test('options from a command line get their type', () => {
  const option = (type: 'int' | 'boolean' | 'float') => ({ type, description: '', default: null });
  expect(convertOption('a', option('int'), '7')).toBe(7);
  expect(convertOption('a', option('boolean'), 'True')).toBe(true);
  expect(convertOption('a', option('float'), '1.5')).toBe(1.5);
  expect(() => convertOption('a', option('int'), 'x')).toThrow('option "a" expected int, got "x"');
});

test('parameters: defaults filled in, nested ones too', () => {
  const schema = {
    properties: {
      a: { type: 'string', default: 'x' },
      n: { type: 'object', properties: { d: { default: 1 } } },
    },
    additionalProperties: false,
  };
  expect(withDefaults(schema, {})).toEqual({ a: 'x', n: { d: 1 } });
  expect(checkParams(schema, { a: 1, b: 2 })).toEqual([
    'a: must be of type string, given 1',
    '(root): additional property "b" is not allowed',
  ]);
});

test('storage as on the command line', () => {
  expect(parseStorageSpec('1G')).toEqual({ count: 1, sizeMiB: 1024 });
  expect(parseStorageSpec('rootfs,2,512M')).toEqual({ count: 2, sizeMiB: 512 });
  expect(() => parseStorageSpec('big')).toThrow('"big" is no pool, count or size');
});
