import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { charmRenderer, DamagedCharm } from '../../../src/system/templates.ts';

let charm = '';

beforeEach(async () => {
  charm = await mkdtemp(join(tmpdir(), 'charm-'));
  await mkdir(join(charm, 'dist'));
});
afterEach(() => rm(charm, { recursive: true }));

test.each(['', 'module.exports = {', 'module.exports = { other: {} };', '\0'])(
  'templates that hold %j are known to be damaged when one is asked for',
  async (text) => {
    await writeFile(join(charm, 'dist/templates.js'), text);
    const render = await charmRenderer(charm);
    expect(() => render('pg_hba.conf', {})).toThrow(DamagedCharm);
    expect(() => render('pg_hba.conf', {})).toThrow(/dist\/templates\.js is damaged/);
  },
);

test('so are templates that are not there, and a view that lacks a value is not', async () => {
  const render = await charmRenderer(charm);
  expect(() => render('pg_hba.conf', {})).toThrow(DamagedCharm);
  await mkdir(join(charm, 'templates'));
  await writeFile(join(charm, 'templates/pg_hba.conf'), '{{more}}');
  expect(() => render('pg_hba.conf', {})).not.toThrow(DamagedCharm);
});
