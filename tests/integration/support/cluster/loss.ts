import { expect } from 'vitest';
import type { Model } from '../../../../testbed/api/index.ts';
import { type Cluster, waitCluster } from './members.ts';
import { otherLeader } from './operator.ts';
import { type Commit, commitsOf } from './watcher.ts';
import type { Writer } from './writer.ts';

/** A primary whose machine has been killed. */
export interface Gone {
  /** Before the operator acts. */
  sinceMs: number;
  /** Nothing is acknowledged by the old primary any more. */
  goneMs: number;
}

/** Kills the primary's machine with rows that no standby has; its standbys notice by themselves. */
export async function killAhead(model: Model, writer: Writer, before: Cluster): Promise<Gone> {
  const dead = await model.machineOf(before.primary);
  const standbys = await Promise.all(before.standbys.map((unit) => model.machineOf(unit)));
  for (const standby of standbys) await dead.cut(standby);
  await writer.goesOn();
  await dead.kill();
  const goneMs = Date.now();
  for (const standby of standbys) await dead.heal(standby);
  await otherLeader(model, before.primary);
  return { goneMs, sinceMs: Date.now() };
}

/** Makes the primary the leader too and removes it, so that `left` standbys are left. Notes what it had committed; tells who is what then. */
export async function removeLeadingPrimary(
  model: Model,
  writer: Writer,
  left: number,
  commits: Commit[],
): Promise<Cluster> {
  const { primary, standbys } = await waitCluster(model, left + 1);
  await model.faults.takeLeadership('postgresql', primary);
  commits.push(...(await commitsOf(model, primary)));
  const sinceMs = Date.now();
  await model.removeUnit(primary);
  await model.waitGone(primary);
  const after = await waitCluster(model, left);
  expect(standbys).toContain(after.primary);
  await writer.goesOn();
  console.log(`removal of the primary: the writer paused ${await writer.longestGapMs(sinceMs)} ms`);
  return after;
}
