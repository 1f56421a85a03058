/**
 * From what client relations need to the next steps on roles and databases. Total: bad wishes become
 * problems of their relation.
 */

import { planDatabase } from './catalog-databases.ts';
import type { CatalogFacts, DesiredGrant, RoleFacts } from './catalog-facts.ts';
import { planInside } from './catalog-inside.ts';
import { planRoles } from './catalog-roles.ts';
import type { CatalogStep } from './catalog-steps.ts';
import type { CatalogContext, CatalogView } from './catalog-view.ts';
import { grantProblem } from './grant-problem.ts';

export interface CatalogPlan {
  readonly steps: readonly CatalogStep[];
  /** Relation → why its wish is not met. */
  readonly problems: Readonly<Record<string, string>>;
  /** Relations all of whose wishes are met on this server. */
  readonly ready: readonly string[];
}

/**
 * Steps that bring the server from `seen` to `wanted`; empty when nothing is left to do. The order of
 * `wanted` is moot.
 */
export function planCatalog(
  wanted: readonly DesiredGrant[],
  seen: CatalogFacts,
  context: CatalogContext,
): CatalogPlan {
  const ordered = wanted.toSorted(
    (a, b) => compare(a.relation, b.relation) || compare(a.database, b.database),
  );
  const roles = new Map(seen.roles.map((role) => [role.name, role]));
  const ownerRoles = new Set(ordered.map((grant) => grant.ownerRole));
  const problems: Record<string, string> = {};
  for (const grant of ordered) {
    const problem = grantProblem(grant, seen, { roles, ownerRoles, traits: context.traits });
    if (problem !== null) problems[grant.relation] ??= problem;
  }
  const grants = ordered.filter((grant) => problems[grant.relation] === undefined);
  const view: CatalogView = { context, seen, roles, wanted: ordered, grants };
  const steps: CatalogStep[] = planRoles(view);
  const unfinished = new Set<string>();
  for (const grant of grants) {
    const planned = [...planDatabase(grant, view), ...planInside(grant, view)];
    steps.push(...planned);
    if (!seen.inside.some((inside) => inside.name === grant.database)) unfinished.add(grant.relation);
  }
  const kept = unique(steps);
  for (const relation of concerned(
    kept.filter((step) => !isRenewal(step, roles)),
    grants,
  )) {
    unfinished.add(relation);
  }
  const ready = new Set(
    grants.map((grant) => grant.relation).filter((relation) => !unfinished.has(relation)),
  );
  return { steps: kept, problems, ready: [...ready].toSorted() };
}

/** A new password in place of one that works: nothing that was offered with the one before is taken back for it. */
function isRenewal(step: CatalogStep, roles: ReadonlyMap<string, RoleFacts>): boolean {
  return step.kind === 'role.password' && roles.get(step.role)?.hasPassword === true;
}

/** The same step for two relations is done once, for the first of them. */
function unique(steps: readonly CatalogStep[]): CatalogStep[] {
  const seen = new Set<string>();
  return steps.filter((step) => {
    const key = JSON.stringify({ ...step, relation: '' });
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Relations that wait for one of `steps`: those that share the role or the database with it. */
function concerned(steps: readonly CatalogStep[], grants: readonly DesiredGrant[]): string[] {
  return grants
    .filter((grant) =>
      steps.some((step) => {
        if (step.relation === grant.relation) return true;
        const role = 'role' in step ? step.role : null;
        return (
          role === grant.user ||
          role === grant.ownerRole ||
          (step.kind === 'database.create' && step.database === grant.database)
        );
      }),
    )
    .map((grant) => grant.relation);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
