import type { Session } from '../session.ts';

/**
 * Makes a physical slot; one that exists is left as it is. On a primary it keeps WAL from now on. On a
 * standby it keeps none until somebody streams through it: nobody does while the primary lives, and WAL
 * kept for nobody would fill the volume.
 */
export async function createSlot(session: Session, name: string): Promise<void> {
  await session.rows(
    `SELECT pg_create_physical_replication_slot($1, NOT pg_is_in_recovery())
     WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1)`,
    [name],
  );
}

/** Drops a physical slot, after ending the process that streams from it, if there is one. */
export async function dropSlot(session: Session, name: string): Promise<void> {
  await session.rows(
    'SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1 AND active',
    [name],
  );
  await session.rows(
    `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
     WHERE slot_name = $1 AND slot_type = 'physical' AND NOT active`,
    [name],
  );
}
