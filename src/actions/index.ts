/** The actions by name. */
import type { Action } from './action.ts';
import { failover, switchover } from './cluster.ts';
import { startMaintenance, stopMaintenance } from './maintenance.ts';
import { pauseReplay, resumeReplay } from './replay.ts';
import { rotatePassword } from './rotate-password.ts';
import { unbuiltBackup } from './unbuilt.ts';

export const actions: Readonly<Record<string, Action | undefined>> = {
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
