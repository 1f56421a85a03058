/** The actions by name. */
import { actionFail, actionGet, actionSet } from '../juju/actions.ts';
import type { PassContext } from '../pass/context.ts';
import type { Action } from './action.ts';
import { failover, switchover } from './cluster.ts';
import { startMaintenance, stopMaintenance } from './maintenance.ts';
import { pauseReplay, resumeReplay } from './replay.ts';
import { rotatePassword } from './rotate-password.ts';
import { unbuiltBackup } from './unbuilt.ts';

const actions: Readonly<Record<string, Action>> = {
  switchover,
  failover,
  'replication-pause': pauseReplay,
  'replication-resume': resumeReplay,
  'maintenance-mode-start': startMaintenance,
  'maintenance-mode-stop': stopMaintenance,
  'rotate-password': rotatePassword,
  'wal-e-backup': unbuiltBackup,
  'wal-e-list-backups': unbuiltBackup,
  'wal-e-restore': unbuiltBackup,
};

/** Runs an action and reports its end. True when a pass is to follow. */
export async function runAction(name: string, context: PassContext): Promise<boolean> {
  const action = actions[name];
  if (action === undefined) {
    await actionFail(`this charm has no action "${name}"`);
    return false;
  }
  const outcome = await action(await actionGet(), context);
  if ('refusal' in outcome) {
    await actionFail(outcome.refusal);
    return false;
  }
  await actionSet(outcome.results);
  return outcome.pass;
}
