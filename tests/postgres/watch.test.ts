import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newJob } from '../../src/postgres/job-start.ts';
import { readJobState, writeJobState } from '../../src/postgres/job-state.ts';
import { carryOut } from '../../src/postgres/jobs/run-job.ts';
import { runWatch } from '../../src/postgres/jobs/watch.ts';
import { type ScratchServer, scratchServer } from './scratch-server.ts';

const long = 20_000;
let listener: Server;
let port = 0;
let server: ScratchServer;

beforeAll(async () => {
  server = await scratchServer();
  listener = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  listener.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = listener.address();
  if (typeof address === 'object' && address !== null) port = address.port;
});
afterAll(async () => {
  listener.close();
  await server.remove();
});

describe('a watch', () => {
  test('ends when an address stays silent, not while it answers', async () => {
    expect(await runWatch({ event: 'unreachable', host: '127.0.0.1', port: 1 }, long)).toBe('met');
    expect(await runWatch({ event: 'unreachable', host: '127.0.0.1', port }, 300)).toBe('over');
  });

  test('for time is over when the time is', async () => {
    expect(await runWatch({ event: 'elapsed' }, 50)).toBe('over');
  });

  test('leaves what is known of a failed clone alone', async () => {
    const { roots } = server.context;
    const upstream = { host: '127.0.0.1', port: 1, slot: null, applicationName: 'postgresql_1' };
    const base = { fromUnit: 'postgresql/0', lineage: '', upstream, replicationRole: '_juju_repl' };
    const clone = { job: 'clone', ...base, place: server.place } as const;
    await writeJobState(roots.state, await newJob(clone, null));
    await carryOut(roots, 'clone');
    const watch = { job: 'watch', until: { event: 'elapsed' }, limitSeconds: 0.1 } as const;
    await writeJobState(roots.state, await newJob(watch, null));
    await carryOut(roots, 'watch');
    const facts = await server.observe();
    expect(facts.watch).toMatchObject({ until: { event: 'elapsed' }, alive: false });
    expect(facts.job).toMatchObject({ job: 'clone', attempts: 1, error: expect.stringContaining('refused') });
    const again = await newJob(clone, await readJobState(roots.state, 'clone'));
    expect(again).toMatchObject({ attempts: 2, error: null });
  });
});
