import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newJob } from '../../src/postgres/job-start.ts';
import { readJobState, writeJobState } from '../../src/postgres/job-state.ts';
import { carryOut } from '../../src/postgres/jobs/run-job.ts';
import { withSession } from '../../src/postgres/session.ts';
import type { JobRequest } from '../../src/server/jobs.ts';
import { managedPaths } from '../../src/server/place.ts';
import { exists } from '../../src/system/files.ts';
import { killAt } from './killed-process.ts';
import { apply, type ScratchServer, scratchServer } from './scratch-server.ts';

let source: ScratchServer;
let copy: ScratchServer;

beforeAll(async () => {
  source = await scratchServer('postgresql/0');
  await source.settle();
  const steps = [
    { kind: 'registry.create', roles: [], databases: [] },
    { kind: 'replication.user', role: '_juju_repl' },
    { kind: 'slot.create', name: 'postgresql_1' },
  ] as const;
  await apply(steps, source.context);
  await withSession(source.place, 'postgres', async (session) => {
    await session.run('CREATE TABLE public.rows AS SELECT generate_series(1, 300000) AS n');
  });
});
afterAll(() => source.remove());
beforeEach(async () => {
  copy = await scratchServer('postgresql/1');
  const { passfile } = managedPaths(copy.place, 'signal');
  const hosts = ['127.0.0.1'];
  await apply([{ kind: 'passfile.write', path: passfile, role: '_juju_repl', hosts }], copy.context);
});
afterEach(() => copy.remove());

async function ask(): Promise<void> {
  const { state } = copy.context.roots;
  const request: JobRequest = {
    job: 'clone',
    fromUnit: 'postgresql/0',
    lineage: 'postgresql/0@1',
    upstream: {
      host: '127.0.0.1',
      port: source.place.port,
      slot: 'postgresql_1',
      applicationName: 'postgresql_1',
    },
    replicationRole: '_juju_repl',
    place: copy.place,
  };
  await writeJobState(state, await newJob(request, await readJobState(state, 'clone')));
}

async function siblings(): Promise<string[]> {
  const { dataDirectory } = copy.place;
  const names = await readdir(dirname(dataDirectory)).catch(() => []);
  return names.filter((name) => name.startsWith(`${basename(dataDirectory)}.`));
}

describe('a clone, killed', () => {
  const data = (): string => copy.place.dataDirectory;
  const moments: [string, () => Promise<boolean>][] = [
    ['when it begins to copy', () => exists(`${data()}.new-1`)],
    ['when much is copied', () => exists(join(`${data()}.new-1`, 'global/pg_control'))],
    ['when it is a standby that is not yet in place', () => exists(`${data()}.new-finished`)],
    ['when the marker is written', () => exists(join(copy.context.roots.state, 'cluster.json'))],
    ['when it is in place', () => exists(join(data(), 'PG_VERSION'))],
  ];
  test.each(moments)('%s, is done again to the same end', async (_, moment) => {
    await ask();
    await killAt('run-here.ts', [JSON.stringify(copy.context.roots)], moment);
    // Nothing it leaves behind may be taken for somebody else's, or for a server that may start by itself.
    const between = await copy.observe();
    expect(between.foreign).toEqual([]);
    expect(between.job?.alive).toBe(false);
    if (between.hasData) expect(between.standbySignal).toBe(true);
    await ask();
    await carryOut(copy.context.roots, 'clone');
    expect((await copy.observe()).job).toMatchObject({ error: null });
    await copy.settle({ role: 'standby', recovery: { standby: true, upstream: source } });
    await expect.poll(async () => (await copy.observe()).running?.streaming, { timeout: 20_000 }).toBe(true);
    await apply([{ kind: 'data.discardaside' }], copy.context);
    expect(await siblings()).toEqual([]);
  });
});
