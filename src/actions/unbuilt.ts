/** Actions that are declared for later. */
import { type Action, refuse } from './action.ts';

const instead = 'use pg_dump, or pg_basebackup with a role of your own, until then';

/** Says that backups cannot be made yet, and what can be done instead. */
export const unbuiltBackup: Action = async () =>
  refuse(`not built yet: backups to object storage; ${instead}`);
