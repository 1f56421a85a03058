import type { Model, UnitMachine } from '../../../../testbed/api/index.ts';
import { eventually } from './eventually.ts';

const fence = 'postgresql-charm-fence.service';

/** The process of the fence beside a unit's server; 0 when there is none. */
export async function fenceProcess(machine: UnitMachine): Promise<number> {
  const { stdout } = await machine.exec(`systemctl show --property=MainPID --value ${fence}`);
  return Number(stdout.trim());
}

/** Waits until a fence runs on this machine that is not process `other`. */
export async function fenceRuns(machine: UnitMachine, other = 0): Promise<number> {
  return eventually('a fence runs', async () => {
    const pid = await fenceProcess(machine);
    return pid === 0 || pid === other ? null : pid;
  });
}

/** Ends the fence as an administrator may, by systemctl. */
export async function stopFence(machine: UnitMachine): Promise<void> {
  await machine.sh(`systemctl stop ${fence}`);
}

/** Ends the fence, and lets nobody start one. */
export async function breakFence(model: Model, unit: string): Promise<UnitMachine> {
  const machine = await model.machineOf(unit);
  await machine.sh('chmod a-x /usr/bin/systemd-run');
  await stopFence(machine);
  return machine;
}

/** A fence can be started again. */
export async function mendFence(machine: UnitMachine): Promise<void> {
  await machine.sh('chmod a+x /usr/bin/systemd-run');
}
