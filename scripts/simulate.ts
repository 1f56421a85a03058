/** The long run of the simulation: `npm run simulate -- --seeds 100000 --from 1 [--plant NAME] [--story]`. */
import { parseArgs } from 'node:util';
import { type Plant, plants } from '../tests/simulation/plants.ts';
import { runSeed } from '../tests/simulation/run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    plant: { type: 'string' },
    story: { type: 'boolean', default: false },
    failures: { type: 'string', default: '10' },
  },
});

const from = Number(values.from);
const seeds = Number(values.seeds);
const plant = plantNamed(values.plant);
const began = performance.now();
let failures = 0;
let emptied = 0;
let steps = 0;
let done = 0;
for (let seed = from; seed < from + seeds && failures < Number(values.failures); seed += 1) {
  const result = runSeed(seed, plant, values.story);
  done += 1;
  steps += result.steps;
  if (result.emptied) emptied += 1;
  if (result.failure === null && !(values.story && seeds === 1)) continue;
  if (result.failure !== null) failures += 1;
  const again = `npm run simulate -- --seeds 1 --from ${seed}${plant === null ? '' : ` --plant ${plant}`} --story`;
  console.log(`seed ${seed}: ${result.failure ?? 'well'}    ${again}`);
  if (values.story) console.log(result.story.join('\n'));
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `${done} seeds from ${from}, ${failures} failures, ${emptied} without data left, ${steps} steps, ` +
    `${seconds.toFixed(1)} s (${Math.round(done / seconds)} seeds/s)`,
);
if (failures > 0) process.exitCode = 1;

function plantNamed(name: string | undefined): Plant | null {
  if (name === undefined) return null;
  if (Object.hasOwn(plants, name)) return name as Plant;
  throw new Error(`no planted bug "${name}"; there are ${Object.keys(plants).join(', ')}`);
}
