/** The long run of the simulation, on all cores: `npm run simulate -- --seeds 100000 --from 1 [--plant NAME] [--story]`. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Plant, plants } from '../tests/simulation/plants.ts';
import { type Result, runSeed } from '../tests/simulation/run.ts';
import type { Share, Tally } from './simulate-worker.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    plant: { type: 'string' },
    story: { type: 'boolean', default: false },
    failures: { type: 'string', default: '10' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

/** Seeds that a worker takes at a time. */
const shareSize = 250;

const from = Number(values.from);
const seeds = Number(values.seeds);
const plant = plantNamed(values.plant);
const began = performance.now();
let failures = 0;
let emptied = 0;
let steps = 0;
let done = 0;
let next = from;

if (values.story || seeds <= shareSize) {
  for (; next < from + seeds && failures < Number(values.failures); next += 1) {
    add(tallyOf(runSeed(next, plant, values.story)));
  }
} else {
  await Promise.all(Array.from({ length: Number(values.workers) }, runWorker));
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `${done} seeds from ${from}, ${failures} failures, ${emptied} without data left, ${steps} steps, ` +
    `${seconds.toFixed(1)} s (${Math.round(done / seconds)} seeds/s)`,
);
if (failures > 0) process.exitCode = 1;

/** Hands out shares until there are no seeds left, or failures enough. */
async function runWorker(): Promise<void> {
  const worker = fork(fileURLToPath(new URL('./simulate-worker.ts', import.meta.url)));
  await new Promise<void>((resolve, reject) => {
    const hand = (): void => {
      const count = Math.min(shareSize, from + seeds - next);
      if (count <= 0 || failures >= Number(values.failures)) return resolve();
      const share: Share = { from: next, count, plant };
      next += count;
      worker.send(share);
    };
    worker.on('message', (tally: Tally) => {
      add(tally);
      hand();
    });
    worker.on('error', reject);
    hand();
  });
  worker.disconnect();
}

function tallyOf(result: Result): Tally {
  if (result.story.length > 0) console.log(result.story.join('\n'));
  const failed = result.failure === null ? [] : [{ seed: result.seed, failure: result.failure }];
  return { done: 1, steps: result.steps, emptied: result.emptied ? 1 : 0, failed };
}

function add(tally: Tally): void {
  done += tally.done;
  steps += tally.steps;
  emptied += tally.emptied;
  failures += tally.failed.length;
  for (const { seed, failure } of tally.failed) {
    const bug = plant === null ? '' : ` --plant ${plant}`;
    console.log(`seed ${seed}: ${failure}    npm run simulate -- --seeds 1 --from ${seed}${bug} --story`);
  }
}

function plantNamed(name: string | undefined): Plant | null {
  if (name === undefined) return null;
  if (Object.hasOwn(plants, name)) return name as Plant;
  throw new Error(`no planted bug "${name}"; there are ${Object.keys(plants).join(', ')}`);
}
