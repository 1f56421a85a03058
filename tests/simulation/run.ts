/** One seed: a model is deployed, things happen to it, all faults end, and it must be well again. */
import { begin } from './beginning.ts';
import { mend, strike } from './faults.ts';
import { followStatus, holders } from './operator.ts';
import type { Plant } from './plants.ts';
import { step } from './step.ts';
import { unsettled } from './unsettled.ts';
import { tell, type World } from './world.ts';

export interface Result {
  readonly seed: number;
  /** The first invariant that did not hold, or why the cluster did not get well; null when all is fine. */
  readonly failure: string | null;
  /** The data left with its units, or all that is left is half rewound (docs/replication.md): nothing to get well with. */
  readonly emptied: boolean;
  readonly steps: number;
  readonly story: readonly string[];
  /** A summary of the end state, to compare two runs. */
  readonly digest: string;
}

/** Runs a seed. `listen` keeps the story. */
export function runSeed(seed: number, plant: Plant | null, listen: boolean): Result {
  const { world, steps: settling } = begin(seed, plant, listen);
  let steps = settling;
  const busySteps = steps + 150 + world.random.below(500);
  const rate = 6 + world.random.below(40);
  // Quick hooks: several of their steps fall into one second.
  const stepsASecond = world.random.pick([1, 1, 8, 8, 30]);
  for (; steps < busySteps && world.violation === null; steps += 1) {
    if (world.random.oneIn(rate)) strike(world);
    step(world, world.random.oneIn(stepsASecond) ? world.random.below(3) : 0);
  }
  mend(world);
  let waiting: string | null = 'not begun';
  for (let round = 0; round < 4000 && waiting !== null && world.violation === null; round += 1) {
    step(world, 1);
    steps += 1;
    if (round % 10 === 0) waiting = unsettled(world);
    if (round % 200 === 199) {
      for (const unit of world.units) unit.events.add('update-status');
      followStatus(world);
    }
  }
  const emptied = holders(world).every(({ kept }) => kept.memory.cluster.halfRewound);
  const stuck = waiting === null || emptied ? null : `does not get well: ${waiting}`;
  const failure = world.violation ?? stuck;
  if (failure !== null) tell(world, `FAILURE ${failure}`);
  return { seed, failure, emptied, steps, story: world.story ?? [], digest: digest(world) };
}

function digest(world: World): string {
  const units = world.units.map(({ name, server, kept, dead }) => [
    name,
    dead,
    server.proc,
    server.data?.end,
    kept.memory.cluster.seenEpoch,
  ]);
  return JSON.stringify([world.time, world.leader, world.decisions.at(-1), units, world.violation]);
}
