import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { type Random, randomFrom } from '../simulation/random.ts';
import { clientWork, expectClientWorks } from './support/client-work.ts';
import { client, deployClient, deployServer, openStory, server, waitActive } from './support/deployment.ts';
import { snapshotOf } from './support/snapshot.ts';

// A deployment and a client's joining while hooks, agent and machine die at moments drawn from a seed; beside it the same undisturbed.
// The seed decides what is done and when; how far the charm has got by then is up to the machine.

const seed = Number(process.env['CRASH_SEED'] ?? 20_240_917);
const models: Model[] = [];
afterAll(() => Promise.all(models.map((model) => model.destroy())));

interface Disturbance {
  name: string;
  act(model: Model): Promise<void>;
}

const MOST_MS = 4000;

function drawDisturbance(random: Random): Disturbance {
  const delayMs = random.below(MOST_MS);
  const kinds: (() => Disturbance)[] = [
    () => {
      const count = 1 + random.below(14);
      return {
        name: `kill at hook command ${count}`,
        act: (model) => model.faults.killHookAt(server, { afterCommand: count }),
      };
    },
    () => {
      const letter = random.pick([...'bcdfprsv']);
      return {
        name: `kill at a step with ${letter}`,
        act: (model) => model.faults.killHookAt(server, { logLine: ` step ${letter}` }),
      };
    },
    () => ({
      name: `kill the hook after ${delayMs} ms`,
      act: (model) => after(delayMs, () => model.faults.killHook(server)),
    }),
    () => ({
      name: `kill the agent after ${delayMs} ms`,
      act: (model) => after(delayMs, () => model.faults.killAgent(server)),
    }),
    () => ({
      name: `refuse a commit after ${delayMs} ms`,
      act: (model) => after(delayMs, () => model.faults.failCommits(server)),
    }),
    () => ({
      name: `cut the power after ${delayMs} ms`,
      act: (model) => after(delayMs, () => powerCut(model)),
    }),
  ];
  return random.pick(kinds)();
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

test(`whatever dies when, the end is the same (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  const chapters = [5, 3].map((count) => Array.from({ length: count }, () => drawDisturbance(random)));
  const names = chapters.map((chapter) => chapter.map(({ name }) => name).join(', '));
  console.log(
    `seed ${seed}: ${names.join('; then with a client: ')}\nagain: CRASH_SEED=${seed} npx vitest run ${import.meta.filename}`,
  );
  const [calm, shaken] = await Promise.all([live('random-calm', []), live('random', chapters)]);
  expect(await snapshotOf(shaken, [server])).toEqual(await snapshotOf(calm, [server]));
  await expectClientWorks(shaken, client);
});
