import { expect } from 'vitest';
import type { Model, RelationBags } from '../../../../testbed/api/index.ts';
import { decisionOf, look } from './operator.ts';

/** All that clients have been told, and what the leader has decided. */
export interface Published {
  bags: RelationBags[];
  epoch: number;
}

/** Bags of clients, and the epoch of the decision. */
export async function publishedBy(model: Model): Promise<Published> {
  const relations = await model.relations();
  const bags = relations.filter(({ endpoints }) =>
    endpoints.every(({ endpoint }) => endpoint !== 'replication'),
  );
  return { bags, epoch: (await decisionOf(model)).epoch };
}

/** The unit's workload status as `active: Live master (15.9)`. */
export async function statusOf(model: Model, unit: string): Promise<string> {
  const status = (await model.unit(unit))?.['workload-status'];
  return `${status?.current}: ${status?.message}`;
}

/** The charm looks at each of `units`; no hook fails, and what was published and decided stays. Returns the statuses of those units. */
export async function expectKept(
  model: Model,
  units: readonly string[],
  before: Published,
): Promise<string[]> {
  for (const unit of units) await look(model, unit);
  await model.waitSettled();
  expect(await publishedBy(model)).toEqual(before);
  const application = (await model.status()).applications['postgresql']?.['application-status'];
  expect(`${application?.current}: ${application?.message}`).toMatch(/^active: 1 primary, 1 standby/);
  return Promise.all(units.map((unit) => statusOf(model, unit)));
}
