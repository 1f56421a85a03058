/** Steps inside a client's database: its objects, schema public, extensions. */

import { sharedPrivileges } from './catalog-databases.ts';
import type { DatabaseInside, DesiredGrant } from './catalog-facts.ts';
import type { CatalogStep } from './catalog-steps.ts';
import type { CatalogView } from './catalog-view.ts';
import { entryOf } from './entry-of.ts';

/** Steps inside the database of `grant`; none before it could be looked into. */
export function planInside(grant: DesiredGrant, view: CatalogView): CatalogStep[] {
  const inside = view.seen.inside.find((known) => known.name === grant.database);
  if (inside === undefined || !view.roles.has(grant.user) || !view.roles.has(grant.ownerRole)) return [];
  const objects = grant.superuser
    ? []
    : [...planShare(grant, inside), ...planInheritance(grant, inside, view)];
  return [...planSchema(grant, inside, view), ...objects, ...planExtensions(grant, inside)];
}

/**
 * Schema public is closed from 15 on, and before where creating is withheld: then whoever may create in the database is let in explicitly.
 */
function planSchema(grant: DesiredGrant, inside: DatabaseInside, view: CatalogView): CatalogStep[] {
  const { relation, database, user } = grant;
  if (!inside.schemas.includes('public') || grant.superuser) return [];
  const mayCreate = sharedPrivileges(grant, view.grants).includes('CREATE');
  if (inside.publicSchemaOpen) {
    const isOurs = view.databases.get(database)?.taken === false;
    return mayCreate || !isOurs ? [] : [{ kind: 'schema.close', relation, database }];
  }
  const wanted = mayCreate ? ['CREATE', 'USAGE'] : [];
  const held = entryOf(inside.publicSchemaPrivileges, user) ?? [];
  const grants = wanted.filter((word) => !held.includes(word));
  const revokes = view.spared.has(user) ? [] : held.filter((word) => !wanted.includes(word));
  if (grants.length === 0 && revokes.length === 0) return [];
  return [{ kind: 'schema.privileges', relation, database, role: user, grant: grants, revoke: revokes }];
}

function planShare(grant: DesiredGrant, inside: DatabaseInside): CatalogStep[] {
  const { relation, database, user, ownerRole } = grant;
  if (entryOf(inside.defaultGrants, user)?.includes(ownerRole) === true) return [];
  return [{ kind: 'objects.share', relation, database, role: user, ownerRole }];
}

/**
 * Clients that no relation wants any more leave their objects to the owner role, unless they had powers
 * beyond a client's.
 */
function planInheritance(grant: DesiredGrant, inside: DatabaseInside, view: CatalogView): CatalogStep[] {
  const { relation, database, ownerRole } = grant;
  return inside.owners.flatMap((name): CatalogStep[] => {
    const role = view.roles.get(name);
    const isUsed = view.spared.has(name) || view.desired.some((other) => other.user === name);
    if (role === undefined || isUsed) return [];
    const note = view.known.get(name);
    if (note?.made !== 'user' || note.powerful || !role.memberOf.includes(ownerRole)) return [];
    return [{ kind: 'objects.inherit', relation, database, role: name, ownerRole }];
  });
}

function planExtensions(grant: DesiredGrant, inside: DatabaseInside): CatalogStep[] {
  const { relation, database } = grant;
  return grant.extensions.flatMap(({ name, schema }): CatalogStep[] => {
    if (Object.hasOwn(inside.extensions, name)) return [];
    const missing = schema !== null && !inside.schemas.includes(schema);
    const creation: CatalogStep[] = missing ? [{ kind: 'schema.create', relation, database, schema }] : [];
    return [...creation, { kind: 'extension.create', relation, database, extension: name, schema }];
  });
}
