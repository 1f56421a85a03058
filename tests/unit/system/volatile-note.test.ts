import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { dropVolatile, readVolatile, writeVolatile } from '../../../src/system/volatile-note.ts';

const unit = `postgresql/${process.pid}`;
const file = `/run/postgresql-charm/postgresql-${process.pid}-test.json`;

afterEach(() => dropVolatile(unit, 'test'));

test('a note is read as it was written, in this boot', async () => {
  await writeVolatile(unit, 'test', { leader: true });
  expect(await readVolatile(unit, 'test')).toEqual({ leader: true });
});

test.each([
  '',
  '{',
  'null',
  '7',
  '[]',
  '{"leader":true}',
  '{"boot":"another","value":{"leader":true}}',
  '\0',
])('one that holds %j is none', async (text) => {
  await mkdir('/run/postgresql-charm', { recursive: true });
  await writeFile(file, text);
  expect(await readVolatile(unit, 'test')).toBeNull();
});

test('a folder in its place is none, and goes with the next note', async () => {
  await rm(file, { recursive: true, force: true });
  await mkdir(file, { recursive: true });
  expect(await readVolatile(unit, 'test')).toBeNull();
  await writeVolatile(unit, 'test', 1);
  await writeVolatile(unit, 'test', 2);
  expect(await readVolatile(unit, 'test')).toBe(2);
});
