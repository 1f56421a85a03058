/** What the charm runs beside hooks, as systemd units. */
import { join } from 'node:path';
import { wakeUnit } from '../juju/wake.ts';

/** Runs job `name` of `unit` to its end, and then asks for a pass. */
export async function runJob(
  name: string,
  unit: string,
  charmDirectory: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (unit === '') throw new Error('jobs are started by the charm itself, with the name of its unit');
  if (name !== 'wake') throw new Error(`there is no job "${name}"`);
  await wakeUnit(unit, join(charmDirectory, 'hooks/update-status'), env);
}
