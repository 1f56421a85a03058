import { expect } from 'vitest';
import { decisionKey, decodeDecision } from '../../../../src/cluster/bags/decision.ts';
import type { Decision } from '../../../../src/cluster/member-facts.ts';
import type { Model } from '../../../../testbed/api/index.ts';
import { serverSql } from '../server-sql.ts';
import { eventually } from './eventually.ts';

const leaseMs = 90_000;

/** Decision that the leader wrote last. */
export async function decisionOf(model: Model): Promise<Decision> {
  const bags = (await model.relations()).find(({ endpoints }) =>
    endpoints.some(({ endpoint }) => endpoint === 'replication'),
  );
  const { decision } = decodeDecision(bags?.applications['postgresql']?.[decisionKey]);
  if (decision === null) throw new Error('nothing is decided');
  return decision;
}

/** Lets the lease of a leader that is lost run out, and waits for another. */
export async function otherLeader(model: Model, than: string): Promise<string> {
  await model.faults.advanceClock(leaseMs);
  return model.waitFor(
    async () => {
      const leader = await model.leaderOf('postgresql');
      return leader === undefined || leader === than ? null : leader;
    },
    { describe: `a leader other than ${than}` },
  );
}

/**
 * Breaks a standby's connection to a primary that is out of reach. By itself the standby needs a time limit to notice; the fence beside it
 * wakes the charm.
 */
export async function breakStream(model: Model, standby: string): Promise<void> {
  await eventually(`${standby} does not stream`, async () => {
    await endReceiver(model, standby);
    const question = "SELECT status FROM pg_stat_wal_receiver WHERE status = 'streaming'";
    return (await serverSql(model, standby, question)).length === 0 ? true : null;
  });
}

/** Ends a standby's WAL receiver, which SQL can not do; the server starts another a moment later. */
export async function endReceiver(model: Model, standby: string): Promise<void> {
  await (await model.machineOf(standby)).exec("pkill -TERM -f '^postgres: .*walreceiver'");
}

/** The regular look of the charm at a unit, now. */
export async function look(model: Model, unit: string): Promise<void> {
  const { exitCode, stderr } = await model.exec(unit, 'hooks/update-status');
  expect(exitCode, stderr).toBe(0);
}

/**
 * Gives up a lost primary as the documentation says: asks what would happen, then confirms, and tries again while a member has not
 * noticed yet that nothing comes any more.
 */
export async function giveUp(model: Model, lost: string): Promise<void> {
  const told = await eventually(
    'failover asks for confirmation',
    async () => {
      const task = await model.run('postgresql/leader', 'failover');
      expect(task.status).toBe('failed');
      return task.message.includes('confirm=true') ? task.message : null;
    },
    120_000,
  );
  expect(told).toContain(`${lost} would be given up`);
  const task = await model.run('postgresql/leader', 'failover', { confirm: true });
  expect(task.status, task.message).toBe('completed');
}
