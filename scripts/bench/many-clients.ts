/** What a pass that changes nothing costs by the number of client relations. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Model } from '../../testbed/api/index.ts';

const counts = [1, 10, 50, 100];
const rounds = 5;

/** A charm with many endpoints, each of which asks for a database of its own. */
function charmWithEndpoints(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'many-clients-'));
  const endpoints = Array.from({ length: count }, (_, index) => [
    `c${index}`,
    { interface: 'pgsql', optional: true },
  ]);
  const metadata = {
    name: 'many',
    summary: 'many',
    description: 'many',
    requires: Object.fromEntries(endpoints),
  };
  writeFileSync(join(folder, 'metadata.yaml'), JSON.stringify(metadata));
  const bases = ['22.04', '24.04'].map((channel) => ({
    name: 'ubuntu',
    channel,
    architectures: ['amd64', 'arm64'],
  }));
  writeFileSync(join(folder, 'manifest.yaml'), JSON.stringify({ bases }));
  const asks = '*-relation-created) relation-set -r "$JUJU_RELATION_ID" database="$JUJU_RELATION" ;;';
  writeFileSync(join(folder, 'dispatch'), `#!/bin/sh\ncase $JUJU_DISPATCH_PATH in\n  ${asks}\nesac\n`, {
    mode: 0o755,
  });
  return folder;
}

/** Measures on a settled model; `unit` is the server's only unit. One client unit makes all relations. */
export async function benchManyClients(model: Model, unit: string): Promise<void> {
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
