import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exists, readText, writeAtomic } from '../../../src/system/files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charm-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a file written whole', () => {
  test('has its text and mode, replaces what was there, and leaves nothing beside it', async () => {
    const path = join(folder, 'deeper', 'file');
    await writeAtomic(path, 'one', { mode: 0o600, owner: 'root' });
    await writeAtomic(path, 'two', { mode: 0o640, owner: 'root' });
    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(join(folder, 'deeper'))).toEqual(['file']);
  });

  test('takes away what a killed writer left, and does not follow a link in its place', async () => {
    const path = join(folder, 'file');
    await writeFile(`${path}.tmp`, 'half');
    await writeAtomic(path, 'one', { mode: 0o600, owner: 'root' });
    await writeFile(join(folder, 'other'), 'kept');
    await symlink(join(folder, 'other'), `${path}.tmp`);
    await writeAtomic(path, 'two', { mode: 0o600, owner: 'root' });
    expect(await readdir(folder)).toEqual(['file', 'other']);
    expect(await readFile(join(folder, 'other'), 'utf8')).toBe('kept');
  });

  test('leaves nothing behind when it fails', async () => {
    const path = join(folder, 'taken');
    await writeAtomic(join(path, 'inside'), '', { mode: 0o600, owner: 'root' });
    await expect(writeAtomic(path, 'text', { mode: 0o600, owner: 'root' })).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });
});

describe('looking', () => {
  test('at what is not there is not an error', async () => {
    await writeFile(join(folder, 'file'), 'x');
    expect(await readText(join(folder, 'none'))).toBeNull();
    expect(await readText(join(folder, 'file', 'below'))).toBeNull();
    expect(await exists(join(folder, 'none'))).toBe(false);
  });

  test('sees a link that leads nowhere', async () => {
    await symlink('/nowhere/at/all', join(folder, 'link'));
    expect(await exists(join(folder, 'link'))).toBe(true);
  });
});
