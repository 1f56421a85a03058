import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import pins from '../../scripts/node-binaries.json' with { type: 'json' };
import { packCharm } from '../../scripts/pack.ts';
import { type CharmEntry, readArchive } from '../../testbed/controller/charm-archive.ts';
import { storeCharm } from '../../testbed/controller/charm-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'pack-'));
let amd64 = '';
let arm64 = '';

const digest = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const entry = (path: string, name: string): CharmEntry | undefined =>
  readArchive(path).find((found) => found.path === name);

beforeAll(async () => {
  [amd64, arm64] = await Promise.all([packCharm('amd64', folder), packCharm('arm64', folder)]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('is byte-identical when packed again', async () => {
    const first = digest(readFileSync(amd64));
    expect(digest(readFileSync(await packCharm('amd64', folder)))).toBe(first);
  });

  test.each([
    ['amd64', 'x64'],
    ['arm64', 'arm64'],
  ] as const)('for %s carries the pinned Node and names its architecture', (name, arch) => {
    const path = name === 'amd64' ? amd64 : arm64;
    const node = entry(path, 'bin/node');
    expect(node).toMatchObject({ kind: 'file', mode: 0o755 });
    expect(node?.kind === 'file' ? digest(node.content()) : null).toBe(pins.sha256[arch]);
    const manifest = entry(path, 'manifest.yaml');
    const { bases } = parse(manifest?.kind === 'file' ? manifest.content().toString() : '') as {
      bases: { channel: string; architectures: string[] }[];
    };
    expect(bases.map(({ channel }) => channel)).toEqual(['22.04', '24.04', '26.04']);
    expect(new Set(bases.flatMap(({ architectures }) => architectures))).toEqual(new Set([name]));
  });

  test.each(['2.9', '3.6', '4.0'] as const)('is accepted and unpacked by the rules of Juju %s', (juju) => {
    const store = join(folder, `store-${juju}`);
    const { hash, charm } = storeCharm(amd64, store, juju);
    expect(charm).toMatchObject({ name: 'postgresql' });
    const charmFolder = join(store, hash);
    expect(readlinkSync(join(charmFolder, 'hooks/install'))).toBe('../dist/charm');
    expect(lstatSync(join(charmFolder, 'dist/charm')).mode & 0o111).toBe(0o111);
    expect(existsSync(join(charmFolder, 'dispatch'))).toBe(false);
  });

  test('runs from where it was unpacked, with its own Node', () => {
    const { hash } = storeCharm(amd64, join(folder, 'store-3.6'), '3.6');
    const charmFolder = join(folder, 'store-3.6', hash);
    const help = execFileSync(join(charmFolder, 'dist/charm'), ['--help'], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin' },
    });
    expect(help).toContain('observe');
    expect(help).toContain('plan');
  });
});
