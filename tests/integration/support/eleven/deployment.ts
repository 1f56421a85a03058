import { rmSync } from 'node:fs';
import type { Model } from '../../../../testbed/api/index.ts';
import { copyIntoMachine } from '../../../../testbed/machines/index.ts';
import { eventually } from '../cluster/eventually.ts';
import { deployServer } from '../deployment.ts';
import { makePackages } from './debian-packages.ts';

const inside = '/var/local/postgresql-11';

/** Deploys the charm with version=11, to machines that can install it. Returns once they all are installing. */
export async function deployEleven(model: Model, units: readonly string[]): Promise<void> {
  const packages = makePackages();
  try {
    await deployServer(model, { units: units.length, config: { version: '11' } });
    // Machines take longer to boot than this: none of them has come to its first hook.
    const installs = await Promise.all(units.map((unit) => model.faults.hold(unit, 'install')));
    await Promise.all(units.map((unit) => bringPackages(model, unit, packages)));
    await Promise.all(installs.map((release) => release()));
  } finally {
    rmSync(packages, { recursive: true });
  }
}

async function bringPackages(model: Model, unit: string, packages: string): Promise<void> {
  const machine = await eventually(`${unit} has a machine`, async () => {
    const found = await model.machineOf(unit).catch(() => null);
    const booted = await found?.exec('true').catch(() => null);
    return booted?.exitCode === 0 ? found : null;
  });
  await copyIntoMachine(model.name, machine.id, packages, inside);
  await machine.write('/etc/apt/sources.list.d/postgresql-11.list', `deb [trusted=yes] file:${inside} ./\n`);
}
