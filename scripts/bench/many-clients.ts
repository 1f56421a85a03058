/** Cost of a pass that changes nothing, by the number of client relations. */
import { rmSync } from 'node:fs';
import type { HookRecord, Model } from '../../testbed/api/index.ts';
import { charmWithEndpoints } from '../../tests/integration/support/many-clients.ts';
import { commandCount, quietPass } from './quiet-pass.ts';
import { timingOf } from './ratio.ts';

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
    const passes: HookRecord[] = [];
    for (let round = 0; round < rounds; round += 1) passes.push(await quietPass(model, unit));
    const timesMs = passes.map(({ durationMs }) => durationMs);
    const { medianMs, bestMs } = timingOf('update-status', timesMs);
    const commands = commandCount(passes.at(-1)?.commands ?? {});
    console.log(
      `  ${related} relations more: median ${Math.round(medianMs)} ms, best ${Math.round(bestMs)} ms, ${commands} hook commands` +
        ` (made in ${seconds} s by ${hooks.length} hooks, the longest ${Math.round(longestMs)} ms)`,
    );
  }
  rmSync(folder, { recursive: true });
}
