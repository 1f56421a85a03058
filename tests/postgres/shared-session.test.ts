import { afterAll, beforeAll, expect, test } from 'vitest';
import { withSession } from '../../src/postgres/session.ts';
import { sharedSession } from '../../src/postgres/shared-session.ts';
import { type ScratchServer, scratchServer } from './scratch-server.ts';

let server: ScratchServer;

beforeAll(async () => {
  server = await scratchServer();
  await server.settle({});
});
afterAll(() => server.remove());

const backend = `SELECT pg_backend_pid() AS pid`;

async function othersOpen(): Promise<number> {
  const question = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'postgresql-charm' AND pid <> pg_backend_pid()`;
  return withSession(server.place, 'postgres', async (session) => (await session.rows(question)).length);
}

/** A server notices that a client has gone when it has answered. */
const expectAllEnded = () => expect.poll(othersOpen, { timeout: 20_000 }).toBe(0);

test('questions of a round share a session, which ends with it', async () => {
  const { ask, close } = sharedSession();
  const [first] = await ask(server.place, (session) => session.rows(backend));
  const [second] = await ask(server.place, (session) => session.rows(backend));
  expect(second).toEqual(first);
  await close();
  await expectAllEnded();
});

test('a question that fails takes its session with it, and the next one has another', async () => {
  const { ask, close } = sharedSession();
  await expect(ask(server.place, (session) => session.rows('SELECT 1/0'))).rejects.toThrow('division');
  expect(await ask(server.place, (session) => session.rows('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  await close();
  await expectAllEnded();
});

test('a question that comes after the end leaves no session: the hook could not end', async () => {
  const { ask, close } = sharedSession();
  await close();
  expect(await ask(server.place, (session) => session.rows('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  await expectAllEnded();
});

test('a question that is being answered at the end fails, and leaves no session', async () => {
  const { ask, close } = sharedSession();
  const asked = ask(server.place, (session) => session.rows('SELECT pg_sleep(3)'));
  const outcome = asked.then(
    () => 'answered',
    () => 'failed',
  );
  await expect.poll(othersOpen).toBe(1);
  await close();
  expect(await outcome).toBe('failed');
  await expectAllEnded();
});
