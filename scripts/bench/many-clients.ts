/** What a pass that changes nothing costs by the number of client relations. */
import { rmSync } from 'node:fs';
import type { Model } from '../../testbed/api/index.ts';
import { charmWithEndpoints } from '../../tests/integration/support/many-clients.ts';

const rounds = 5;

/** Measures `unit` on a settled model, at each of the rising `counts`. One client unit makes all relations. */
export async function benchManyClients(model: Model, unit: string, counts: readonly number[]): Promise<void> {
  const folder = charmWithEndpoints(Math.max(...counts));
  await model.deploy(folder, { application: 'many' });
  await model.waitSettled({ timeoutMs: 300_000 });
  console.log('\nA pass that changes nothing, by the number of client relations');
  let related = 0;
  for (const count of counts) {
    const startMs = performance.now();
    const hooksBefore = (await model.history(unit)).length;
    for (; related < count; related += 1) await model.integrate(`postgresql:db`, `many:c${related}`);
    await model.waitSettled({ timeoutMs: 1_800_000 });
    const seconds = Math.round((performance.now() - startMs) / 1000);
    const hooks = (await model.history(unit)).slice(hooksBefore);
    const longestMs = Math.max(...hooks.map(({ durationMs }) => durationMs));
    const { timesMs, commands } = await quietPasses(model, unit);
    const [best = Number.NaN] = timesMs;
    const median = timesMs[Math.floor(rounds / 2)] ?? Number.NaN;
    console.log(
      `  ${related} relations more: median ${Math.round(median)} ms, best ${Math.round(best)} ms, ${commands} hook commands` +
        ` (made in ${seconds} s by ${hooks.length} hooks, the longest ${Math.round(longestMs)} ms)`,
    );
  }
  rmSync(folder, { recursive: true });
}

/** Durations in order of length, and the number of hook commands of the last. */
async function quietPasses(model: Model, unit: string): Promise<{ timesMs: number[]; commands: number }> {
  const timesMs: number[] = [];
  let commands = 0;
  for (let round = 0; round < rounds; round += 1) {
    await model.faults.repeat({ unit, hook: 'update-status' });
    await model.waitSettled();
    const last = (await model.history(unit)).filter(({ hook }) => hook === 'update-status').at(-1);
    timesMs.push(last?.durationMs ?? Number.NaN);
    commands = Object.values(last?.commands ?? {}).reduce((sum, times) => sum + times, 0);
  }
  return { timesMs: timesMs.toSorted((a, b) => a - b), commands };
}
