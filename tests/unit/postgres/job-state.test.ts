import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newJob } from '../../../src/postgres/job-start.ts';
import { observeJob, readFormerState, readJobState, writeJobState } from '../../../src/postgres/job-state.ts';
import { clusterPlace } from '../../../src/server/place.ts';

const upstream = { host: '10.0.0.1', port: 5432, slot: 'postgresql_1', applicationName: 'postgresql_1' };
const copy = { fromUnit: 'postgresql/0', lineage: 'postgresql/0@1', upstream, replicationRole: '_juju_repl' };
const requests = {
  clone: { job: 'clone', ...copy, place: clusterPlace(15, null), volume: null },
  rewind: { job: 'rewind', ...copy },
  watch: { job: 'watch', until: { event: 'unreachable', host: '10.0.0.1', port: 5432 }, limitSeconds: 30 },
  fence: { job: 'fence', controllers: ['10.0.0.9:17070'], replicationRole: '_juju_repl' },
} as const;

let state = '';
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'job-state-'));
});
afterEach(() => rm(state, { recursive: true }));

test.each(Object.values(requests))('the state of $job is read as it was written', async (request) => {
  const job = await newJob(request, null);
  await writeJobState(state, job);
  expect(await readJobState(state, request.job)).toEqual(job);
});

test('a rewind notes what it discards, and a clone in its place does not', async () => {
  const discarded = { from: '0/1', to: '0/9' };
  const rewind = await newJob(requests.rewind, null);
  await writeJobState(state, { ...rewind, notes: { discarded } });
  expect(await observeJob(state, 'clone')).toMatchObject({ job: 'rewind', discarded, alive: false });
  await writeJobState(state, await newJob(requests.clone, await readJobState(state, 'clone')));
  expect(await observeJob(state, 'clone')).toMatchObject({ job: 'clone', discarded: null, attempts: 1 });
});

test('a state that was written before kinds had notes is understood', async () => {
  const job = { ...(await newJob(requests.fence, null)), notes: undefined, stoppedAt: null, discarded: null };
  await writeFile(join(state, 'fence.json'), JSON.stringify(job));
  expect(await observeJob(state, 'fence')).toMatchObject({
    controllers: ['10.0.0.9:17070'],
    stoppedAt: null,
  });
});

test.each(['', '{', '{}', '{"request":{"job":"dance"}}', '[]'])(
  'the text %s is no state: a job can be started in its place',
  async (text) => {
    await writeFile(join(state, 'watch.json'), text);
    await expect(readJobState(state, 'watch')).rejects.toThrow(/watch\.json is damaged/);
    expect(await readFormerState(state, 'watch')).toBeNull();
    expect(await observeJob(state, 'watch')).toBeNull();
  },
);
