/** A pass that changes nothing, with one client, against what an empty Python charm pays to import its framework. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HookRecord, Model } from '../../testbed/api/index.ts';
import { machineInfo } from '../../testbed/machines/index.ts';
import { say } from '../setup.ts';
import { printTimings, sideBySide } from './ratio.ts';

const root = join(import.meta.dirname, '../..');

/** Brings `ops` from PyPI into the unit's machine; returns the folder to put on PYTHONPATH, or null without pip here. */
function bringOps(model: Model, machine: string): string | null {
  const folder = join(root, '.cache/ops');
  if (!existsSync(join(folder, 'ops'))) {
    say('fetching the Python package ops from PyPI');
    try {
      execFileSync('pip3', ['install', '--quiet', '--target', folder, 'ops'], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    } catch {
      console.error(
        'pip3 could not fetch ops (apt-get install python3-pip, then again): measuring without it',
      );
      return null;
    }
  }
  cpSync(folder, join(machineInfo(model.name, machine).rootPath, 'opt/ops'), { recursive: true });
  return '/opt/ops';
}

/** One pass of a settled unit that has nothing to do. */
export async function quietPass(model: Model, unit: string): Promise<HookRecord> {
  await model.faults.repeat({ unit, hook: 'update-status' });
  await model.waitSettled();
  const record = (await model.history(unit)).findLast(({ hook }) => hook === 'update-status');
  if (record === undefined) throw new Error(`${unit} has run no update-status`);
  return record;
}

/** Number of hook commands that a pass has run, from the counts of each. */
export function commandCount(commands: HookRecord['commands']): number {
  return Object.values(commands).reduce((sum, times) => sum + times, 0);
}

/** Measures on a settled unit `unit` of the model. */
export async function benchQuietPass(model: Model, unit: string, rounds: number): Promise<void> {
  const machine = await model.machineOf(unit);
  await machine.sh(
    'command -v python3 || (apt-get update && apt-get install -y --no-install-recommends python3)',
  );
  const ops = bringOps(model, machine.id);
  const charm = `/var/lib/juju/agents/unit-${unit.replace('/', '-')}/charm`;
  const inside = (command: string) => async () => {
    // Timed inside the machine: entering it costs more than some of what is measured.
    const script = `s=$(date +%s%N); ${command} >/dev/null; e=$(date +%s%N); echo $(( (e - s) / 1000 ))`;
    return Number(await machine.sh(script)) / 1000;
  };
  let commands: Record<string, number> = {};
  const pass = async () => {
    const record = await quietPass(model, unit);
    commands = record.commands;
    return record.durationMs;
  };
  const timings = await sideBySide(rounds, {
    ...(ops === null
      ? {}
      : { "python3 -c 'import ops'": inside(`PYTHONPATH=${ops} python3 -c 'import ops'`) }),
    'node -e 0 (the Node in the charm)': inside(`${charm}/bin/node -e 0`),
    'update-status, nothing to do, one client': pass,
  });
  printTimings('A pass that changes nothing', timings);
  console.log(
    `  hook commands: ${commandCount(commands)} (${Object.entries(commands)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ')})`,
  );
}
