import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newJob } from '../../src/postgres/job-start.ts';
import { writeJobState } from '../../src/postgres/job-state.ts';
import { lookOnce } from '../../src/postgres/jobs/fence.ts';
import { streamsOf } from '../../src/postgres/sql/streams.ts';
import { exists } from '../../src/system/files.ts';
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
    (await lookOnce(server.place, [address], streamsOf(server.place, role))).look;

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
