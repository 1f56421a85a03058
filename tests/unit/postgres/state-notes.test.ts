import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readMemory, writeMemory } from '../../../src/pass/memory-file.ts';
import { emptyMemory } from '../../../src/plan/memory.ts';
import { leaveSign, readSign } from '../../../src/postgres/fence-sign.ts';
import { newJob } from '../../../src/postgres/job-start.ts';
import { readFormerState, writeJobState } from '../../../src/postgres/job-state.ts';
import type { MachineRoots } from '../../../src/postgres/machine.ts';
import { readMarker, writeMarker } from '../../../src/postgres/marker.ts';
import { observeServer } from '../../../src/postgres/observe-server.ts';
import { judgeOption, readVerdicts } from '../../../src/postgres/option-verdicts.ts';
import type { ServerFacts } from '../../../src/server/server-facts.ts';
import { place } from '../plan/examples/observations.ts';

// Files of the charm's own, with something in them, or in their place, that it has not written.

let folder = '';
let roots: MachineRoots;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-notes-'));
  roots = {
    configuration: join(folder, 'etc'),
    data: join(folder, 'lib'),
    programs: join(folder, 'programs'),
    state: join(folder, 'state'),
    run: join(folder, 'run'),
  };
  for (const path of Object.values(roots)) await mkdir(path);
  await writeMarker(roots.state, { place: own(), how: 'adopt', made: true });
});
afterEach(() => rm(folder, { recursive: true }));

const own = () => ({
  ...place,
  dataDirectory: join(roots.data, '15/main'),
  configDirectory: join(roots.configuration, '15/main'),
  logFile: join(folder, 'server.log'),
  binDirectory: join(roots.programs, '15/bin'),
  socketDirectory: join(folder, 'sockets'),
});
const observe = (isWhole = true): Promise<ServerFacts> => observeServer(roots, { place: own(), isWhole });

/** Ways for a file to be no note. */
const damages: [string, (path: string) => Promise<unknown>][] = [
  ['nothing in it', (path) => writeFile(path, '')],
  ['half of its text', (path) => writeFile(path, '{"place": {"major": 15')],
  ['other JSON', (path) => writeFile(path, '[]')],
  ['an empty object', (path) => writeFile(path, '{}')],
  ['bytes', (path) => writeFile(path, Buffer.from([0, 255, 254, 0]))],
  ['a folder in its place', (path) => mkdir(join(path, 'inside'), { recursive: true })],
  ['a link to itself in its place', (path) => symlink(path, path)],
];

describe.each(damages)('a file with %s', (_, damage) => {
  const put = async (path: string): Promise<void> => {
    await rm(path, { recursive: true, force: true });
    await damage(path);
  };

  test.each(['packages.json', 'watch.json', 'fence.json', 'job.json', 'loaded.json', 'options.json'])(
    '%s: the machine is looked at all the same',
    async (name) => {
      await put(join(roots.state, name));
      expect(await observe()).toMatchObject({ place: own(), state: 'absent', running: null });
    },
  );

  test('the marker is unknown, and the memory has the place', async () => {
    const path = join(roots.state, 'cluster.json');
    await put(path);
    const seen = await observe();
    expect(seen.place).toEqual(own());
    expect(seen.unknown.marker).toContain(path);
    await writeMarker(roots.state, { place: own(), how: 'adopt', made: true });
    expect(await readMarker(roots.state)).toMatchObject({ place: own() });
  });

  test('the sign of the fence is none, and the next is left', async () => {
    await put(join(roots.run, 'fence.json'));
    await observe();
    await leaveSign(roots);
    expect(await readSign(roots)).toMatchObject({ pid: process.pid });
  });

  test('the verdicts on raw lines are asked for again', async () => {
    await put(join(roots.state, 'options.json'));
    expect(await readVerdicts(roots.state)).toEqual({ extra_pg_conf: null, extra_pg_auth: null });
    const check = { option: 'extra_pg_conf', text: '', major: 15, binDirectory: '/nowhere' } as const;
    await judgeOption(roots.state, check);
    expect((await readVerdicts(roots.state)).extra_pg_conf).toMatchObject({ outcome: 'taken' });
  });

  test('the memory is lost, and the next is kept', async () => {
    const path = join(folder, 'memory.json');
    await put(path);
    const memory = emptyMemory('postgresql/0');
    expect(await readMemory('postgresql/0', path)).toBeNull();
    await writeMemory(memory, path);
    expect(await readMemory('postgresql/0', path)).toEqual(memory);
  });

  test('a job is written in its place', async () => {
    await put(join(roots.state, 'watch.json'));
    const until = { event: 'elapsed' } as const;
    const job = await newJob({ job: 'watch', until, limitSeconds: 30 }, null);
    await writeJobState(roots.state, job);
    expect(await readFormerState(roots.state, 'watch')).toEqual(job);
  });
});

test('a folder in the place of a note is renamed with what is in it', async () => {
  const path = join(roots.state, 'watch.json');
  await mkdir(join(path, 'inside'), { recursive: true });
  await writeJobState(
    roots.state,
    await newJob({ job: 'watch', until: { event: 'elapsed' }, limitSeconds: 1 }, null),
  );
  const [aside] = (await readdir(roots.state)).filter((name) => name.startsWith('watch.json.aside-'));
  expect(await readdir(join(roots.state, aside ?? ''))).toEqual(['inside']);
  expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('request');
});

describe('the state of a clone or rewind that is damaged', () => {
  beforeEach(() => writeFile(join(roots.state, 'job.json'), '{'));

  test('is none where it is known that no rewind was left unfinished', async () => {
    expect(await observe(true)).toMatchObject({ job: null, unknown: {} });
  });

  test('is unknown otherwise, with the way out', async () => {
    const { job, unknown } = await observe(false);
    expect(job).toBeNull();
    expect(unknown.copy).toMatch(/job\.json is damaged.*rewind that was left unfinished: if not, remove it/);
    await rm(join(roots.state, 'job.json'));
    expect(await observe(false)).toMatchObject({ job: null, unknown: {} });
  });
});

test('a marker of a major that this charm does not know makes the cluster unknown, not absent', async () => {
  await writeMarker(roots.state, { place: { ...own(), major: 99 }, how: 'adopt', made: true });
  const seen = await observe();
  expect(seen).toMatchObject({ place: null, state: 'unknown', hasData: true });
  expect(seen.unknown.marker).toContain('99');
});
