/** Processes the charm runs beside hooks, as systemd units. */
import { debianRoots } from '../postgres/machine.ts';
import { wakeCharm } from '../system/wake.ts';

/**
 * Runs job `name` of `unit` to its end, and then asks Juju for a pass. `ended` does so for a job that systemd says did not end well
 * (`serviceResult`): it was killed and could not do it itself.
 */
export async function runJob(
  name: string,
  unit: string,
  charmDirectory: string,
  serviceResult: string | undefined,
): Promise<void> {
  if (unit === '') throw new Error('jobs are started by the charm itself, with the name of its unit');
  if (name === 'ended' && serviceResult === 'success') return undefined;
  if (name === 'wake' || name === 'ended') return wakeCharm(unit, charmDirectory);
  const jobs = await import('../postgres/jobs/run-job.ts');
  return jobs.runJob({ roots: debianRoots, charmDirectory, unit, job: name });
}
