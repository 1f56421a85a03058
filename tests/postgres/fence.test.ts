import { rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FenceSign, leaveSign, readSign } from '../../src/postgres/fence-sign.ts';
import { newJob } from '../../src/postgres/job-start.ts';
import { writeJobState } from '../../src/postgres/job-state.ts';
import { lookOnce } from '../../src/postgres/jobs/fence.ts';
import type { MachineRoots } from '../../src/postgres/machine.ts';
import { observeFence } from '../../src/postgres/observe-fence.ts';
import { streamsOf } from '../../src/postgres/sql/streams.ts';
import { bootMoment, nowIso } from '../../src/system/clock.ts';
import { exists } from '../../src/system/files.ts';
import { startTicks } from '../../src/system/start-ticks.ts';
import { killAt } from './killed-process.ts';
import { apply, type ScratchServer, scratchServer } from './scratch-server.ts';

/** In the place of Juju's controller: something that takes connections. */
let juju: Server;
let address = '';
let server: ScratchServer;

async function listen(port: number): Promise<number> {
  juju = createServer((socket) => socket.destroy());
  const { promise, resolve } = Promise.withResolvers<void>();
  juju.listen(port, '127.0.0.1', resolve);
  await promise;
  const bound = juju.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

async function goSilent(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  juju.close(() => resolve());
  await promise;
}

beforeAll(async () => {
  server = await scratchServer();
  await server.settle();
  address = `127.0.0.1:${await listen(0)}`;
});
afterAll(async () => {
  await goSilent().catch(() => {});
  await server.remove();
});

describe('the fence of a primary without standbys', () => {
  const role = '_juju_repl';
  const look = async (): Promise<string> =>
    (await lookOnce(server.place, [address], streamsOf(server.place, role), 4)).look;

  test('is content while Juju answers', async () => {
    expect(await look()).toBe('contact');
  });

  test('stops the server when nobody does, notes it, and wakes the charm when Juju is back', async () => {
    const { state } = server.context.roots;
    const port = Number(address.split(':')[1]);
    await goSilent();
    expect(await look()).toBe('alone');
    await writeJobState(
      state,
      await newJob({ job: 'fence', controllers: [address], replicationRole: role }, null),
    );
    let isBack = false;
    const ended = await killAt('run-here.ts', [JSON.stringify(server.context.roots), 'fence'], async () => {
      const { state: seen, fence } = await server.observe();
      if (seen === 'down' && !isBack) {
        expect(fence).toMatchObject({ alive: true, controllers: [address], stoppedAt: expect.any(String) });
        isBack = true;
        await listen(port);
      }
      return exists(join(state, 'woken'));
    });
    expect(ended).toBe('killed');
    const { control, fence } = await server.observe();
    expect(control?.state).toBe('shut down');
    expect(fence).toMatchObject({ alive: false });
  });

  test('has nothing to do with a server that is down or a standby', async () => {
    await goSilent();
    expect(await look()).toBe('no-primary');
    await apply([{ kind: 'standby.signal', present: true }], server.context);
    await server.settle({ role: 'standby', recovery: { standby: true, upstream: null } });
    expect((await server.observe()).running?.inRecovery).toBe(true);
    expect(await look()).toBe('no-primary');
  });
});

describe('a fence counts as alive', () => {
  const roots = (): MachineRoots => server.context.roots;
  const request = { job: 'fence', controllers: ['10.0.0.9:17070'], replicationRole: '_juju_repl' } as const;
  const sign = async (change: Partial<FenceSign>): Promise<void> => {
    await leaveSign(roots());
    const left = await readSign(roots());
    await writeFile(join(roots().run, 'fence.json'), JSON.stringify({ ...left, ...change }));
  };

  /** The state that the fence leaves once its process, here this one, has begun. */
  const begun = async () => ({
    ...(await newJob(request, null)),
    process: { pid: process.pid, startTicks: (await startTicks(process.pid)) ?? '' },
  });

  test('when its process has looked a moment ago, and not before its first look', async () => {
    await rm(roots().run, { recursive: true, force: true });
    await writeJobState(roots().state, await begun());
    expect(await observeFence(roots())).toMatchObject({ alive: false, failure: null });
    await leaveSign(roots());
    expect(await observeFence(roots())).toMatchObject({
      alive: true,
      isCurrent: true,
      controllers: request.controllers,
    });
  });

  test('but not when it stands still, is another process, of another boot or ended, nor with a note that cannot be read', async () => {
    const { boot, seconds } = bootMoment();
    const odd: Partial<FenceSign>[] = [
      { at: { boot, seconds: seconds - 60 } },
      { at: { boot: 'the one before', seconds } },
      { startTicks: '1' },
      { pid: 2 ** 22 + 1 },
    ];
    for (const change of odd) {
      await sign(change);
      expect(await observeFence(roots()), JSON.stringify(change)).toMatchObject({ alive: false });
    }
    await writeFile(join(roots().run, 'fence.json'), '{');
    expect(await observeFence(roots())).toMatchObject({ alive: false });
    await leaveSign(roots());
    const job = await newJob(request, null);
    await writeJobState(roots().state, { ...job, error: 'stopped', finishedAt: nowIso() });
    expect(await observeFence(roots())).toMatchObject({ alive: false, failure: null });
  });

  test('with the program of before an upgrade, which is known', async () => {
    await writeJobState(roots().state, await begun());
    await sign({ program: 'another' });
    expect(await observeFence(roots())).toMatchObject({ alive: true, isCurrent: false });
  });

  test('and when it could not be started, why', async () => {
    const ended = bootMoment();
    await writeJobState(roots().state, { ...(await newJob(request, null)), error: 'no systemd-run', ended });
    await rm(roots().run, { recursive: true, force: true });
    const failure = { reason: 'no systemd-run', at: ended };
    expect(await observeFence(roots())).toMatchObject({ alive: false, failure });
  });
});
