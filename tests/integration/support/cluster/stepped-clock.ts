import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '../../../../testbed/api/index.ts';

const folder = '/opt/stepped-clock';

/**
 * Machines here share this computer's clock, so a step of one machine's is played to the charm alone: its Node is called through a script
 * that moves `Date`, and nothing else, by what a file says.
 */
export async function steppableClock(model: Model, unit: string): Promise<(stepMs: number) => Promise<void>> {
  const machine = await model.machineOf(unit);
  const charm = `/var/lib/juju/agents/unit-${unit.replace('/', '-')}/charm`;
  const program = await readFile(join(import.meta.dirname, 'stepped-clock-program.cjs'), 'utf8');
  await machine.sh(`mkdir -p ${folder} && echo 0 > ${folder}/step-ms`);
  await machine.write(`${folder}/program.cjs`, program);
  await machine.write(
    `${folder}/node`,
    `#!/bin/sh\nexec ${charm}/bin/node-itself --require ${folder}/program.cjs "$@"\n`,
    0o755,
  );
  await machine.sh(
    `cd ${charm}/bin && { [ -e node-itself ] || { ln node node-itself && ln -sfn ${folder}/node node; }; }`,
  );
  return async (stepMs) => {
    await machine.sh(`echo ${stepMs} > ${folder}/step-ms`);
  };
}
