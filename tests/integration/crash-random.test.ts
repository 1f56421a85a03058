import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { type Random, randomFrom } from '../simulation/random.ts';
import { clientWork, expectClientWorks } from './support/client-work.ts';
import { client, deployClient, deployServer, openStory, server, waitActive } from './support/deployment.ts';
import { type Snapshot, snapshotOf } from './support/snapshot.ts';

// A deployment and a client's joining while hooks, agent and machine die at moments drawn from a seed; beside
// it the same undisturbed.
// The seed decides what is done and when; how far the charm has got by then is up to the machine.

const seed = Number(process.env['CRASH_SEED'] ?? 20_240_917);
const models: Model[] = [];
afterAll(() => Promise.all(models.map((model) => model.destroy())));

interface Disturbance {
  name: string;
  act(model: Model): Promise<void>;
}

const MOST_MS = 4000;

const kinds: readonly ((random: Random) => Disturbance)[] = [
  (random) => {
    const count = 1 + random.below(14);
    return {
      name: `kill at hook command ${count}`,
      act: (model) => model.faults.killHookAt(server, { afterCommand: count }),
    };
  },
  (random) => {
    const letter = random.pick([...'bcfprs']);
    return {
      name: `kill at a step with ${letter}`,
      act: (model) => model.faults.killHookAt(server, { logLine: ` step ${letter}` }),
    };
  },
  (random) => delayed('kill the hook', random, (model) => model.faults.killHook(server)),
  (random) => delayed('kill the agent', random, (model) => model.faults.killAgent(server)),
  (random) => delayed('refuse a commit', random, (model) => model.faults.failCommits(server)),
  (random) => delayed('cut the power', random, powerCut),
];

/** Two chapters of disturbances: every kind once, and two more, in an order that the seed decides. */
function drawChapters(random: Random): Disturbance[][] {
  const left = [...kinds, random.pick(kinds), random.pick(kinds)];
  const drawn: Disturbance[] = [];
  while (left.length > 0) {
    const [kind] = left.splice(random.below(left.length), 1);
    if (kind !== undefined) drawn.push(kind(random));
  }
  return [drawn.slice(0, 5), drawn.slice(5)];
}

function delayed(what: string, random: Random, act: (model: Model) => Promise<void>): Disturbance {
  const delayMs = random.below(MOST_MS);
  return { name: `${what} after ${delayMs} ms`, act: (model) => after(delayMs, () => act(model)) };
}

/** A moment at which there is nothing to kill is one as well. */
async function after(delayMs: number, act: () => Promise<void>): Promise<void> {
  await pause(delayMs);
  await act().catch(() => undefined);
}

async function powerCut(model: Model): Promise<void> {
  const machine = await model.machineOf(server);
  await machine.kill();
  await machine.boot();
}

async function deploy(model: Model): Promise<void> {
  await deployServer(model);
}

async function join(model: Model): Promise<void> {
  await deployClient(model, { config: clientWork });
  await model.integrate('postgresql:db', 'client:db');
}

/** The story, with disturbances one after the other in each of its chapters. */
async function live(name: string, chapters: readonly (readonly Disturbance[])[]): Promise<Model> {
  const model = await openStory(name);
  models.push(model);
  for (const [index, begin] of [deploy, join].entries()) {
    await begin(model);
    for (const disturbance of chapters[index] ?? []) await disturbance.act(model);
    await waitActive(model);
    await model.faults.clear(server);
  }
  return model;
}

/**
 * Picture of a deployment at its end. A pass between the client's joining and its request makes the database that clients get who ask for
 * none, named after the application; it is up to Juju if there is such a pass, so that database is left out.
 */
async function settledPicture(model: Model): Promise<Snapshot> {
  const { servers, ...rest } = await snapshotOf(model, [server]);
  const asked = Object.entries(servers).map(([unit, picture]) => {
    const kept = Object.entries(picture)
      .filter(([key]) => !key.startsWith('client: '))
      .map(([key, rows]) => [key, rows.filter((row) => !/^(jujuowner_)?client\|/.test(row))]);
    return [unit, Object.fromEntries(kept)];
  });
  return { ...rest, servers: Object.fromEntries(asked) };
}

test(`whatever dies when, the end is the same (seed ${seed})`, async () => {
  const chapters = drawChapters(randomFrom(seed));
  const names = chapters.map((chapter) => chapter.map(({ name }) => name).join(', '));
  console.log(`seed ${seed}: ${names.join('; then with a client: ')}`);
  console.log(`again: CRASH_SEED=${seed} npx vitest run tests/integration/crash-random.test.ts`);
  const [calm, shaken] = await Promise.all([live('random-calm', []), live('random', chapters)]);
  const end = await settledPicture(calm);
  // A wait for another try, begun when something failed, may still have to run out.
  await expect.poll(() => settledPicture(shaken), { timeout: 90_000, interval: 2_000 }).toEqual(end);
  await expectClientWorks(shaken, client);
});
