/** A pass that changes nothing, with one client, against what an empty Python charm pays to import its framework. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../../testbed/api/index.ts';
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
  const lastPass = async () =>
    (await model.history(unit)).filter(({ hook }) => hook === 'update-status').at(-1);
  const pass = async () => {
    await model.faults.repeat({ unit, hook: 'update-status' });
    await model.waitSettled();
    return (await lastPass())?.durationMs;
  };
  const timings = await sideBySide(rounds, {
    ...(ops === null
      ? {}
      : { "python3 -c 'import ops'": inside(`PYTHONPATH=${ops} python3 -c 'import ops'`) }),
    'node -e 0 (the Node in the charm)': inside(`${charm}/bin/node -e 0`),
    'update-status, nothing to do, one client': pass,
  });
  printTimings('A pass that changes nothing', timings);
  const commands = (await lastPass())?.commands ?? {};
  const count = Object.values(commands).reduce((sum, value) => sum + value, 0);
  console.log(
    `  hook commands: ${count} (${Object.entries(commands)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ')})`,
  );
}
