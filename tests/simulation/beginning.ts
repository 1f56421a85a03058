/** Worlds with which seeds begin. */
import { copyOf } from './copy.ts';
import { deploy } from './deploy.ts';
import { runAction } from './operator.ts';
import type { Plant } from './plants.ts';
import { randomFrom } from './random.ts';
import { step } from './step.ts';
import { unsettled } from './unsettled.ts';
import { killHook, type World } from './world.ts';

/** Number of deployments that have come up in peace. In a long run many seeds begin with the same one, so each is made once and copied. */
const peaceful = 600;
/** Seeds of their own, beyond those of the runs. */
const firstPeaceful = 1_000_000_000;

interface Settled {
  readonly world: World;
  readonly steps: number;
}

const known = new Map<string, Settled>();

/** A world, and the steps it has taken: two of three deployments have come up in peace. */
export function begin(seed: number, plant: Plant | null, listen: boolean): Settled {
  const random = randomFrom(seed);
  if (random.oneIn(3)) return { world: deploy(seed, random, plant, listen), steps: 0 };
  const number = random.below(peaceful);
  const key = `${number} ${plant}`;
  const settled = known.get(key) ?? settle(number, plant);
  known.set(key, settled);
  const story = listen ? [...(settled.world.story ?? [])] : null;
  return { ...settled, world: copyOf(settled.world, { seed, random, story }) };
}

/** Lets a deployment come up in peace. */
function settle(number: number, plant: Plant | null): Settled {
  const seed = firstPeaceful + number;
  const world = deploy(seed, randomFrom(seed), plant, true);
  world.faults = false;
  let steps = comeUp(world);
  // The leader has named itself: in half of the deployments another is primary by now.
  if (world.random.oneIn(2)) {
    runAction(world, 'switchover');
    step(world, 1);
    steps += comeUp(world);
  }
  for (let rest = 0; rest < 200 && world.units.some(({ hook }) => hook !== null); rest += 1) {
    step(world, 1);
    steps += 1;
  }
  for (const unit of world.units) killHook(unit);
  world.faults = true;
  return { world, steps };
}

/** Lets it go on until all is as it should be; returns the steps that it took. */
function comeUp(world: World): number {
  let steps = 0;
  while (steps < 600 && (steps % 10 !== 0 || unsettled(world) !== null) && world.violation === null) {
    step(world, 1);
    steps += 1;
  }
  return steps;
}
