/** The long run of the simulation, on all cores: `npm run simulate -- --seeds 100000 --from 1 [--plant NAME] [--story]`. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Result, runSeed } from '../tests/simulation/run.ts';
import { type Asked, askedFor, usage } from './simulate-arguments.ts';
import type { Share, Tally } from './simulate-worker.ts';

/** Seeds that a worker takes at a time. */
const shareSize = 250;

const { seeds, from, plant, story, failures: enough, workers } = readArguments();
const planted = plant === null ? '' : ` --plant ${plant}`;
const began = performance.now();
let failures = 0;
let emptied = 0;
let steps = 0;
let done = 0;
let next = from;

if (story || seeds <= shareSize) {
  for (; next < from + seeds && failures < enough; next += 1) add(tallyOf(runSeed(next, plant, story)));
} else {
  await Promise.all(Array.from({ length: workers }, runWorker));
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `${done} seeds from ${from}${planted}, ${failures} failures, ${emptied} without data left, ${steps} steps, ` +
    `${seconds.toFixed(1)} s (${Math.round(done / seconds)} seeds/s)`,
);
if (failures > 0) process.exitCode = 1;

/** Ends the process for `--help`, and for arguments that are wrong. */
function readArguments(): Asked {
  try {
    const asked = askedFor(process.argv.slice(2));
    if (asked !== null) return asked;
    process.stdout.write(usage);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return process.exit(2);
  }
}

/** Hands out shares until there are no seeds left, or failures enough. */
async function runWorker(): Promise<void> {
  // Most of what a seed makes is short-lived: with room for it less is moved about.
  const execArgv = ['--max-semi-space-size=64'];
  const worker = fork(fileURLToPath(new URL('./simulate-worker.ts', import.meta.url)), { execArgv });
  await new Promise<void>((resolve, reject) => {
    const hand = (): void => {
      const count = Math.min(shareSize, from + seeds - next);
      if (count <= 0 || failures >= enough) return resolve();
      const share: Share = { from: next, count, plant };
      next += count;
      worker.send(share);
    };
    worker.on('message', (tally: Tally) => {
      add(tally);
      hand();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a worker has ended with ${code}`)));
    hand();
  });
  worker.removeAllListeners('exit');
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
    console.log(`seed ${seed}: ${failure}    npm run simulate -- --seeds 1 --from ${seed}${planted} --story`);
  }
}
