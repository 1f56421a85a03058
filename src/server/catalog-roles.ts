/** Steps for the roles of clients: users, the groups they ask for, the owner roles of databases. */

import type { DesiredGrant, RoleFacts, RoleNote } from './catalog-facts.ts';
import type { CatalogStep, RoleAttributes } from './catalog-steps.ts';
import type { CatalogView } from './catalog-view.ts';

const nologin: RoleAttributes = {
  login: false,
  superuser: false,
  replication: false,
  createRole: false,
  createDatabase: false,
};

/**
 * Everything about roles that `view.grants` need and the server lacks. Roles are made before anybody joins
 * them.
 */
export function planRoles(view: CatalogView): CatalogStep[] {
  const creations: CatalogStep[] = [];
  const others: CatalogStep[] = [];
  for (const grant of view.grants) {
    creations.push(...createNologin(grant, grant.ownerRole, 'owner', view));
    for (const group of grant.roles) creations.push(...createNologin(grant, group, 'group', view));
  }
  for (const [user, grants] of byUser(view.grants)) {
    const seen = view.roles.get(user);
    if (seen === undefined) creations.push(createUser(user, grants));
    else others.push(...planUser(user, grants, seen, view));
  }
  return [...creations, ...others];
}

function createNologin(
  { relation }: DesiredGrant,
  role: string,
  made: 'owner' | 'group',
  view: CatalogView,
): CatalogStep[] {
  if (view.roles.has(role)) return [];
  const note: RoleNote = { made, groups: [], password: null, powerful: false };
  return [{ kind: 'role.create', relation, role, attributes: nologin, note }];
}

function createUser(user: string, grants: readonly DesiredGrant[]): CatalogStep {
  const attributes = attributesFor(grants);
  const note: RoleNote = { ...newUser, powerful: isPowerful(attributes) };
  return { kind: 'role.create', relation: grants[0]?.relation ?? '', role: user, attributes, note };
}

function planUser(
  user: string,
  grants: readonly DesiredGrant[],
  seen: RoleFacts,
  view: CatalogView,
): CatalogStep[] {
  const relation = grants[0]?.relation ?? '';
  const before = view.known.get(user) ?? newUser;
  const spared = view.spared.has(user);
  const attributes = attributesFor(spared ? [...grants, seen] : grants);
  const note: RoleNote = { ...before, powerful: before.powerful || isPowerful(attributes) };
  const steps: CatalogStep[] = [];
  if (differs(attributes, seen)) steps.push({ kind: 'role.alter', relation, role: user, attributes, note });
  const groups = groupsFor(grants);
  const grant = groups.filter((group) => !seen.memberOf.includes(group));
  const kept = spared ? [...groups, ...note.groups] : groups;
  const revoke = note.groups.filter((group) => !kept.includes(group) && seen.memberOf.includes(group));
  // Only what the charm granted is noted, so that a membership an operator gave before is never revoked.
  const granted = [...new Set([...note.groups.filter((group) => kept.includes(group)), ...grant])].toSorted();
  const regrouped: RoleNote = { ...note, groups: granted };
  if (grant.length > 0 || revoke.length > 0 || granted.join('\0') !== note.groups.join('\0')) {
    steps.push({ kind: 'role.groups', relation, role: user, grant, revoke, note: regrouped });
  }
  const wanted = view.context.fingerprintOf(user);
  const fingerprint = wanted ?? note.password;
  if (!seen.hasPassword || !seen.passwordKept || fingerprint === null || note.password !== fingerprint) {
    steps.push({
      kind: 'role.password',
      relation,
      role: user,
      note: { ...regrouped, password: fingerprint },
    });
  }
  return steps;
}

const newUser: RoleNote = { made: 'user', groups: [], password: null, powerful: false };

/** Powers with which it may own whole databases, or make roles that do. */
function isPowerful({ superuser, createRole, createDatabase }: RoleAttributes): boolean {
  return superuser || createRole || createDatabase;
}

/**
 * Owner roles and requested groups, sorted. A superuser needs no membership and what it makes stays its
 * own.
 */
function groupsFor(grants: readonly DesiredGrant[]): string[] {
  const groups = grants.flatMap((grant) => [...(grant.superuser ? [] : [grant.ownerRole]), ...grant.roles]);
  return [...new Set(groups)].toSorted();
}

/** One user may serve several relations: it has what any of them needs. */
function attributesFor(grants: readonly Omit<RoleAttributes, 'login'>[]): RoleAttributes {
  return {
    login: true,
    superuser: grants.some((grant) => grant.superuser),
    replication: grants.some((grant) => grant.replication),
    createRole: grants.some((grant) => grant.createRole),
    createDatabase: grants.some((grant) => grant.createDatabase),
  };
}

function differs(wanted: RoleAttributes, seen: RoleFacts): boolean {
  return (
    wanted.login !== seen.login ||
    wanted.superuser !== seen.superuser ||
    wanted.replication !== seen.replication ||
    wanted.createRole !== seen.createRole ||
    wanted.createDatabase !== seen.createDatabase
  );
}

function byUser(grants: readonly DesiredGrant[]): Map<string, DesiredGrant[]> {
  return Map.groupBy(grants, (grant) => grant.user);
}
