/**
 * From what client relations need to the next steps on roles and databases. Total: what cannot be met becomes
 * a problem of its request.
 */

import { openNotice, planDatabase } from './catalog-databases.ts';
import type { CatalogFacts, DesiredGrant } from './catalog-facts.ts';
import { planInside } from './catalog-inside.ts';
import { planRoles } from './catalog-roles.ts';
import type { CatalogStep } from './catalog-steps.ts';
import type { CatalogContext, CatalogView } from './catalog-view.ts';
import { entryOf } from './entry-of.ts';
import { grantProblems } from './grant-problem.ts';
import { knownDatabases, knownRoles } from './registry.ts';

/** Relation → marks of its requests. */
type Marks = Readonly<Record<string, readonly string[]>>;

export interface CatalogPlan {
  readonly steps: readonly CatalogStep[];
  /** Relation → mark → why that request is not met. */
  readonly problems: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Databases that were there before their clients and are open, in words for the log. */
  readonly notices: readonly string[];
  /** Requests all of which is there on this server. */
  readonly met: Marks;
  /** Requests whose user can log in to its database on this server, whatever else is missing. */
  readonly admitted: Marks;
}

/**
 * Steps that bring the server from `seen` to `desired`; empty when nothing is left to do. The order of
 * `desired` is moot.
 */
export function planCatalog(
  desired: readonly DesiredGrant[],
  seen: CatalogFacts,
  context: CatalogContext,
): CatalogPlan {
  const ordered = desired.toSorted(
    (a, b) => compare(a.relation, b.relation) || compare(a.database, b.database) || compare(a.mark, b.mark),
  );
  const roles = new Map(seen.roles.map((role) => [role.name, role]));
  const ownerRoles = new Set(ordered.map((grant) => grant.ownerRole));
  const known = knownRoles(seen);
  const databases = knownDatabases(seen, ordered);
  const surroundings = { roles, known, ownerRoles, databases, traits: context.traits };
  const judged = ordered.map((grant) => ({ grant, problems: grantProblems(grant, seen, surroundings) }));
  const refused = judged.filter(({ problems }) => problems.length > 0);
  const grants = judged.flatMap(({ grant, problems }) => (problems.length === 0 ? [grant] : []));
  const spared = new Set([...context.spared, ...refused.map(({ grant }) => grant.user)]);
  const view: CatalogView = { context, seen, roles, known, databases, desired: ordered, grants, spared };
  const roleSteps = planRoles(view);
  const perGrant = grants.map((grant) => ({
    grant,
    steps: [...planDatabase(grant, view), ...planInside(grant, view)],
  }));
  const met = perGrant.filter(({ grant, steps }) => steps.length === 0 && isComplete(grant, view, roleSteps));
  return {
    steps: unique([...roleSteps, ...perGrant.flatMap(({ steps }) => steps)]),
    notices: [...new Set(grants.flatMap((grant) => openNotice(grant, view) ?? []))],
    problems: problemsByMark(refused.filter(({ grant }) => grant.requested)),
    met: marksOf(met.map(({ grant }) => grant)),
    admitted: marksOf(ordered.filter((grant) => isAdmitted(grant, view))),
  };
}

/** Its database has been looked into, and none of its roles is to be changed. */
function isComplete(grant: DesiredGrant, view: CatalogView, roleSteps: readonly CatalogStep[]): boolean {
  if (!view.seen.inside.some(({ name }) => name === grant.database)) return false;
  const names = new Set([grant.user, grant.ownerRole, ...grant.roles]);
  return !roleSteps.some((step) => 'role' in step && names.has(step.role) && !isRenewal(step, view));
}

/** A new password in place of one that works: nothing that was offered with the one before is taken back for it. */
function isRenewal(step: CatalogStep, { roles }: CatalogView): boolean {
  return step.kind === 'role.password' && roles.get(step.role)?.hasPassword === true;
}

function isAdmitted({ user, database }: DesiredGrant, { seen, roles }: CatalogView): boolean {
  const role = roles.get(user);
  const facts = seen.databases.find(({ name }) => name === database);
  if (role === undefined || facts === undefined || !facts.allowsConnections) return false;
  const mayConnect =
    role.superuser || facts.publicConnect || entryOf(facts.privileges, user)?.includes('CONNECT');
  return role.login && role.hasPassword && mayConnect === true;
}

/** The same step for two relations is taken once, for the first of them. */
function unique(steps: readonly CatalogStep[]): CatalogStep[] {
  const seen = new Set<string>();
  return steps.filter((step) => {
    const key = JSON.stringify({ ...step, relation: '' });
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function marksOf(grants: readonly DesiredGrant[]): Marks {
  const byRelation = Map.groupBy(grants, ({ relation }) => relation);
  return Object.fromEntries(
    [...byRelation].map(([relation, own]) => [relation, own.map(({ mark }) => mark).toSorted()]),
  );
}

function problemsByMark(
  refused: readonly { readonly grant: DesiredGrant; readonly problems: readonly string[] }[],
): CatalogPlan['problems'] {
  const byRelation = Map.groupBy(refused, ({ grant }) => grant.relation);
  return Object.fromEntries(
    [...byRelation].map(([relation, own]) => [
      relation,
      Object.fromEntries(own.map(({ grant, problems }) => [grant.mark, problems])),
    ]),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
