import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparePositions } from '../../src/cluster/position.ts';
import { newJob } from '../../src/postgres/job-start.ts';
import { writeJobState } from '../../src/postgres/job-state.ts';
import { lookOnce } from '../../src/postgres/jobs/fence.ts';
import { carryOut } from '../../src/postgres/jobs/run-job.ts';
import { traitsOf } from '../../src/postgres/machine.ts';
import { withSession } from '../../src/postgres/session.ts';
import { readServerState } from '../../src/postgres/sql/server-state.ts';
import { streamsOf } from '../../src/postgres/sql/streams.ts';
import type { JobRequest, Upstream } from '../../src/server/jobs.ts';
import { managedPaths } from '../../src/server/place.ts';
import { apply, type ScratchServer, scratchServer } from './scratch-server.ts';

const patience = { timeout: 20_000 };
let first: ScratchServer;
let second: ScratchServer;

beforeAll(async () => {
  first = await scratchServer('postgresql/0');
  second = await scratchServer('postgresql/1');
  await first.settle();
  await apply(
    [
      { kind: 'registry.create', roles: [], databases: [] },
      { kind: 'replication.user', role: '_juju_repl' },
    ],
    first.context,
  );
  await withSession(first.place, 'postgres', async (session) => {
    await session.run('CREATE TABLE public.rows (n int)');
    await session.run('INSERT INTO public.rows SELECT generate_series(1, 1000)');
  });
});
afterAll(async () => {
  await first.remove();
  await second.remove();
});

const upstreamOf = (server: ScratchServer, unit: string): Upstream => ({
  host: '127.0.0.1',
  port: server.place.port,
  slot: unit,
  applicationName: unit,
});
const following = (upstream: ScratchServer | null) => ({
  role: 'standby' as const,
  recovery: { standby: true, upstream },
});

async function writePassfileOn(server: ScratchServer): Promise<void> {
  const { passfile } = managedPaths(server.place, 'signal');
  const step = { kind: 'passfile.write', path: passfile, role: '_juju_repl', hosts: ['127.0.0.1'] } as const;
  await apply([step], server.context);
}

async function runHere(server: ScratchServer, request: JobRequest): Promise<void> {
  const { state } = server.context.roots;
  await writeJobState(state, await newJob(request, null));
  await carryOut(server.context.roots, request.job);
}

async function count(server: ScratchServer): Promise<number> {
  return withSession(server.place, 'postgres', async (session) => {
    const [row] = await session.rows<{ n: number }>('SELECT count(*)::int AS n FROM public.rows');
    return row?.n ?? -1;
  });
}

describe('two servers', () => {
  test('the second clones the first, as soon as that has a slot for it, and follows it', async () => {
    await writePassfileOn(second);
    const request = {
      job: 'clone',
      fromUnit: 'postgresql/0',
      lineage: 'postgresql/0@1',
      upstream: upstreamOf(first, 'postgresql_1'),
      replicationRole: '_juju_repl',
      place: second.place,
    } as const;
    const cloning = runHere(second, request);
    const phase = async () => (await second.observe()).job?.phase;
    await expect.poll(phase, patience).toBe('waiting for postgresql/0 to let it in');
    await apply([{ kind: 'slot.create', name: 'postgresql_1' }], first.context);
    await cloning;
    const cloned = await second.observe();
    expect(cloned.job).toMatchObject({ job: 'clone', error: null, alive: false, attempts: 1 });
    expect(cloned.job?.lineage).toBe('postgresql/0@1');
    expect(cloned.job?.bytesDone).toBeGreaterThan(1_000_000);
    expect(cloned).toMatchObject({
      state: 'down',
      hasData: true,
      hasConfiguration: false,
      standbySignal: true,
    });
    const steps = await second.settle(following(first));
    expect(steps.map((step) => step.kind)).toEqual([
      'cluster.create',
      ...Array.from({ length: 4 }, () => 'file.write'),
      'server.start',
    ]);
    await expect.poll(async () => (await second.observe()).running?.streaming, patience).toBe(true);
    const facts = await second.observe();
    expect(facts.running).toMatchObject({ inRecovery: true, timeline: 1, upstreamHost: '127.0.0.1' });
    expect(facts.control?.systemIdentifier).toBe((await first.observe()).control?.systemIdentifier);
    // Without Juju a standby that streams is contact enough for the fence.
    const { look } = await lookOnce(first.place, [], streamsOf(first.place, '_juju_repl'), 4);
    expect(look).toBe('contact');
    const source = await first.observe();
    expect(source.running?.senders).toMatchObject([{ applicationName: 'postgresql_1', state: 'streaming' }]);
    expect(source.running?.slots).toMatchObject([
      { name: 'postgresql_1', active: true, walStatus: 'reserved' },
    ]);
    expect(await count(second)).toBe(1000);
    const positions = async () => [
      (await second.observe()).running?.upstreamPosition,
      (await first.observe()).running?.position,
    ];
    await withSession(first.place, 'postgres', (session) => session.run('CREATE TABLE public.heard ()'));
    await expect.poll(async () => new Set(await positions()).size, patience).toBe(1);
  });

  test('the passfile is seen by its heading only', async () => {
    const { passfile } = managedPaths(second.place, 'signal');
    const shown = (await second.observe()).files[passfile];
    expect(shown).toMatch(
      /^# \{"role":"_juju_repl","hosts":\["127\.0\.0\.1"\],"fingerprint":"[0-9a-f]{16}"\}$/,
    );
    const secret = await second.context.secretOf('_juju_repl');
    expect(await readFile(passfile, 'utf8')).toContain(secret.password);
    expect(JSON.stringify(await second.observe())).not.toContain(secret.password);
  });

  test('freezing cuts the receiver without a restart, and nothing more arrives', async () => {
    const steps = await second.settle(following(null));
    expect(steps.map((step) => step.kind)).toEqual(['file.write', 'server.reload']);
    await expect.poll(async () => (await second.observe()).running?.streaming, patience).toBe(false);
    const frozen = await second.observe();
    expect(frozen.running).toMatchObject({
      inRecovery: true,
      timeline: 1,
      upstreamHost: null,
      upstreamPosition: null,
    });
    await withSession(first.place, 'postgres', (session) => session.run('CREATE TABLE public.late ()'));
    expect((await second.observe()).running?.position).toBe(frozen.running?.position);
  });

  test('restarted, it has replayed all it had received only when it says so', async () => {
    const delayed = { extraConf: "recovery_min_apply_delay = '1h'" };
    await second.settle({ ...following(first), ...delayed });
    await withSession(first.place, 'postgres', (session) => session.run('CREATE TABLE public.delayed ()'));
    const written = (await first.observe()).running?.position ?? '';
    const received = async () => (await second.observe()).running?.receivedPosition ?? '0/0';
    await expect
      .poll(async () => comparePositions(await received(), written), patience)
      .toBeGreaterThanOrEqual(0);
    await second.settle({ run: 'stopped', ...following(null), ...delayed });
    await second.settle({ ...following(null), ...delayed });
    const replaying = (await second.observe()).running;
    const older = traitsOf({ ...second.place, major: 10 });
    const asked = await withSession(second.place, 'postgres', (session) => readServerState(session, older));
    expect(asked.running.replayedAll).toBe(false);
    expect(replaying).toMatchObject({ receivedPosition: null, replayedAll: false });
    expect(comparePositions(replaying?.position ?? '', written)).toBeLessThan(0);
    await second.settle(following(null));
    await expect.poll(async () => (await second.observe()).running?.replayedAll, patience).toBe(true);
    const replayed = (await second.observe()).running;
    expect(replayed).toMatchObject({ receivedPosition: null, streaming: false });
    expect(comparePositions(replayed?.position ?? '', written)).toBeGreaterThanOrEqual(0);
    expect((await first.observe()).running).not.toHaveProperty('replayedAll');
  });

  test('the second is promoted, its control file knows the new timeline soon', async () => {
    const steps = await second.settle({ role: 'promoting', recovery: { standby: false, upstream: null } });
    expect(steps.map((step) => step.kind)).toEqual(['server.promote']);
    const facts = await second.observe();
    expect(facts.running).toMatchObject({ inRecovery: false, timeline: 2, unloaded: [] });
    expect(facts.standbySignal).toBe(false);
    const known = async () => (await second.observe()).control?.checkpointTimeline;
    await expect.poll(known, patience).toBe(2);
    expect(facts.history).toEqual([{ timeline: 1, switchPosition: expect.stringMatching(/^0\/[0-9A-F]+$/) }]);
    await apply([{ kind: 'server.promote', why: 'again' }], second.context);
  });

  test('the first, killed with rows of its own, is rewound and follows', async () => {
    await withSession(first.place, 'postgres', (session) =>
      session.run('INSERT INTO public.rows VALUES (-1)'),
    );
    const pid = Number(
      (await readFile(join(first.place.dataDirectory, 'postmaster.pid'), 'utf8')).split('\n')[0],
    );
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await first.observe()).state).toBe('down');
    await apply([{ kind: 'slot.create', name: 'postgresql_0' }], second.context);
    await withSession(second.place, 'postgres', (session) =>
      session.run('INSERT INTO public.rows VALUES (1001), (1002)'),
    );
    await writePassfileOn(first);
    const request = {
      job: 'rewind',
      fromUnit: 'postgresql/1',
      lineage: 'postgresql/0@1 postgresql/1@2',
      upstream: upstreamOf(second, 'postgresql_0'),
      replicationRole: '_juju_repl',
    } as const;
    const [{ switchPosition: parting } = { switchPosition: '' }] = (await second.observe()).history;
    await runHere(first, request);
    expect((await first.observe()).job).toMatchObject({
      job: 'rewind',
      error: null,
      lineage: 'postgresql/0@1 postgresql/1@2',
      discarded: { from: parting, to: expect.stringMatching(/^0\/[0-9A-F]+$/) },
    });
    expect(await first.observe()).toMatchObject({ state: 'down', standbySignal: true });
    await first.settle({ role: 'standby', recovery: { standby: true, upstream: second } });
    await expect.poll(async () => (await first.observe()).running?.streaming, patience).toBe(true);
    await expect.poll(() => count(first), patience).toBe(1002);
    expect((await first.observe()).running).toMatchObject({ inRecovery: true, timeline: 2 });
  });

  test('a clone that cannot reach its source fails with the reason and leaves the data alone', async () => {
    const request = {
      job: 'clone',
      fromUnit: 'postgresql/1',
      lineage: 'postgresql/0@1 postgresql/1@2',
      upstream: { ...upstreamOf(second, 'postgresql_0'), port: 1 },
      replicationRole: '_juju_repl',
      place: first.place,
    } as const;
    await runHere(first, request);
    const facts = await first.observe();
    expect(facts.job).toMatchObject({ job: 'clone', error: expect.stringContaining('Connection refused') });
    expect(facts.state).toBe('running');
    const names = await readdir(dirname(first.place.dataDirectory));
    expect(names.filter((name) => name.includes('.aside-'))).toEqual([]);
  });

  test('a clone over existing data sets it aside, to be discarded later', async () => {
    const request = {
      job: 'clone',
      fromUnit: 'postgresql/1',
      lineage: 'postgresql/0@1 postgresql/1@2',
      upstream: upstreamOf(second, 'postgresql_0'),
      replicationRole: '_juju_repl',
      place: first.place,
    } as const;
    await first.settle({ run: 'stopped', ...following(null) });
    await runHere(first, request);
    expect((await first.observe()).job).toMatchObject({ error: null });
    expect((await first.observe()).asides).toHaveLength(1);
    await first.settle({ role: 'standby', recovery: { standby: true, upstream: second } });
    await expect.poll(async () => (await first.observe()).running?.streaming, patience).toBe(true);
    await apply([{ kind: 'data.discardaside' }], first.context);
    expect((await first.observe()).asides).toEqual([]);
  });

  test('a slot of a member that is gone is dropped, even in use', async () => {
    await apply([{ kind: 'slot.drop', name: 'postgresql_0' }], second.context);
    await apply([{ kind: 'slot.drop', name: 'postgresql_0' }], second.context);
    const slots = (await second.observe()).running?.slots ?? [];
    expect(slots.map((slot) => slot.name)).not.toContain('postgresql_0');
  });
});
