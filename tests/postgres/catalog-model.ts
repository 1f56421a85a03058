/** Drives the catalog planner and executors on a scratch server, and connects as a client would. */
import { Client } from 'pg';
import { catalogExecutors } from '../../src/postgres/catalog-executors.ts';
import { readCatalog } from '../../src/postgres/read-catalog.ts';
import { type CatalogPlan, planCatalog } from '../../src/server/catalog.ts';
import type { CatalogFacts, DesiredGrant } from '../../src/server/catalog-facts.ts';
import type { CatalogStep } from '../../src/server/catalog-steps.ts';
import { firstEntries } from '../../src/server/registry.ts';
import { majorTraits } from '../../src/server/versions.ts';
import { derivePassword, passwordFingerprint } from '../../src/system/entropy.ts';
import { desiredGrant } from '../facts/grant.ts';
import { apply, type ScratchServer } from './scratch-server.ts';

/** A client's grant with usual values for all that a test does not care about. */
export function grantOf(partial: Partial<DesiredGrant> & { readonly user: string }): DesiredGrant {
  const ownerRole = `juju_owner_${partial.database ?? 'app'}`.slice(0, 63);
  return desiredGrant({ ownerRole, ...partial });
}

export interface Settled extends CatalogPlan {
  readonly seen: CatalogFacts;
  readonly done: readonly CatalogStep[];
  readonly failures: readonly string[];
}

/** Observes, plans and applies until nothing is left but what fails. */
export async function settleCatalog(
  server: ScratchServer,
  wanted: readonly DesiredGrant[],
): Promise<Settled> {
  const traits = majorTraits(server.place.major);
  if (traits === null) throw new Error('unknown major');
  const context = {
    traits,
    fingerprintOf: () => passwordFingerprint('a root secret for tests', 1),
    spared: [],
  };
  const done: CatalogStep[] = [];
  for (let round = 1; ; round += 1) {
    const seen = await readCatalog(
      server.place,
      wanted.map((grant) => grant.database),
    );
    if (seen.registry === null) {
      const entries = firstEntries(seen, wanted);
      await apply([{ kind: 'registry.create', ...entries }], server.context);
      continue;
    }
    const plan = planCatalog(wanted, seen, context);
    if (plan.steps.length === 0) return { ...plan, seen, done, failures: [] };
    const failures: string[] = [];
    for (const step of plan.steps) {
      await applyStep(step, server).catch((error: unknown) =>
        failures.push(`${step.kind}: ${String(error)}`),
      );
    }
    done.push(...plan.steps);
    if (round >= 7) return { ...plan, seen, done, failures };
  }
}

async function applyStep<Kind extends CatalogStep['kind']>(
  step: Extract<CatalogStep, { kind: Kind }>,
  server: ScratchServer,
): Promise<void> {
  const executor = catalogExecutors[step.kind];
  await executor(step, server.context);
}

/** Rows of `sql` as `user` sees them, over the network, with the password the charm derives. */
export async function asClient(
  server: ScratchServer,
  user: string,
  database: string,
  ...statements: string[]
): Promise<Record<string, unknown>[]> {
  const password = derivePassword('a root secret for tests', user, 1);
  const client = new Client({ host: '127.0.0.1', port: server.place.port, user, database, password });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const sql of statements) rows = (await client.query<Record<string, unknown>>(sql)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
