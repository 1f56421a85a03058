/** Effects of steps on roles and databases. */
import {
  type CatalogFacts,
  type CatalogStep,
  type DatabaseInside,
  type DatabaseNote,
  fingerprintOf,
  type RoleFacts,
  type RoleNote,
} from '../shipped.ts';
import type { Effect, Effects } from './effect.ts';

/** `fingerprint` is what a password set now is noted with. */
type CatalogEffect<K extends CatalogStep['kind']> = (
  catalog: CatalogFacts,
  step: Extract<CatalogStep, { readonly kind: K }>,
  fingerprint: string | null,
) => CatalogFacts;

const onCatalog: { readonly [K in CatalogStep['kind']]: CatalogEffect<K> } = {
  'role.create': (catalog, { role, attributes, note }) => ({
    ...catalog,
    roles: [...catalog.roles, noted(roleNamed(role, attributes), note)],
  }),
  'role.alter': (catalog, { role, attributes, note }) =>
    withRole(catalog, role, (found) => noted({ ...found, ...attributes }, note)),
  'role.password': (catalog, { role, note }, fingerprint) =>
    withRole(catalog, role, (found) => ({
      ...noted(found, { ...note, password: fingerprint ?? note.password }),
      hasPassword: true,
      passwordKept: true,
    })),
  'role.groups': (catalog, { role, grant, revoke, note }) =>
    withRole(withMembers(catalog, role, grant, revoke), role, (found) => {
      const kept = found.memberOf.filter((group) => !revoke.includes(group));
      return noted({ ...found, memberOf: [...kept, ...grant] }, note);
    }),
  'database.create': (catalog, { database }) => {
    const made = { ...databaseNamed(database), publicConnect: false };
    const isThere = catalog.databases.some(({ name }) => name === database);
    return entered(
      {
        ...catalog,
        databases: isThere ? catalog.databases : [...catalog.databases, made],
        inside: isThere ? catalog.inside : [...catalog.inside, emptyInside(database)],
      },
      { name: database, oid: made.oid, taken: false },
    );
  },
  'database.take': (catalog, { database, oid, taken }) => entered(catalog, { name: database, oid, taken }),
  'database.close': (catalog, { database }) =>
    withDatabase(catalog, database, (found) => ({ ...found, publicConnect: false })),
  'database.privileges': (catalog, step) =>
    withDatabase(catalog, step.database, (found) => ({
      ...found,
      privileges: { ...found.privileges, [step.role]: changed(found.privileges[step.role], step) },
    })),
  'schema.privileges': (catalog, step) =>
    withInside(catalog, step.database, (inside) => ({
      ...inside,
      publicSchemaPrivileges: {
        ...inside.publicSchemaPrivileges,
        [step.role]: changed(inside.publicSchemaPrivileges[step.role], step),
      },
    })),
  'schema.close': (catalog, { database }) =>
    withInside(catalog, database, (inside) => ({ ...inside, publicSchemaOpen: false })),
  'objects.share': (catalog, { database, role, ownerRole }) =>
    withInside(catalog, database, (inside) => ({
      ...inside,
      defaultGrants: { ...inside.defaultGrants, [role]: [ownerRole] },
    })),
  'objects.inherit': (catalog, { database, role, ownerRole }) =>
    withInside(catalog, database, (inside) => ({
      ...inside,
      owners: [...inside.owners.filter((owner) => owner !== role), ownerRole],
    })),
  'schema.create': (catalog, { database, schema }) =>
    withInside(catalog, database, (inside) => ({ ...inside, schemas: [...inside.schemas, schema] })),
  'extension.create': (catalog, { database, extension, schema }) =>
    withInside(catalog, database, (inside) => ({
      ...inside,
      extensions: { ...inside.extensions, [extension]: schema ?? 'public' },
    })),
};

/** `catalog` after `step`. */
export function stepped(catalog: CatalogFacts, step: CatalogStep, fingerprint: string | null): CatalogFacts {
  const effect = onCatalog[step.kind] as CatalogEffect<CatalogStep['kind']>;
  return effect(catalog, step, fingerprint);
}

const onObservation: Effect<CatalogStep['kind']> = (seen, step) => {
  if (seen.catalog === null) return seen;
  const fingerprint = 'role' in step ? fingerprintOf(step.role, seen.credentials) : null;
  return { ...seen, catalog: stepped(seen.catalog, step, fingerprint) };
};

export const catalogEffects = Object.fromEntries(
  Object.keys(onCatalog).map((kind) => [kind, onObservation]),
) as Effects<CatalogStep['kind']>;

/** A role that may do nothing. */
export function roleNamed(name: string, powers: Partial<RoleFacts> = {}): RoleFacts {
  return {
    name,
    oid: oidOf(name),
    login: false,
    superuser: false,
    replication: false,
    createRole: false,
    createDatabase: false,
    bypassRowSecurity: false,
    hasPassword: false,
    passwordKept: true,
    hasSettings: false,
    note: null,
    comment: null,
    memberOf: [],
    members: [],
    ...powers,
  };
}

/** The same for the same name. */
function oidOf(name: string): number {
  return [...name].reduce((oid, letter) => (oid * 31 + letter.charCodeAt(0)) % 1_000_000, 7) + 16_384;
}

/** The catalog of a new server with an empty registry. */
export function newCatalog(roles: readonly RoleFacts[] = []): CatalogFacts {
  return {
    roles: [roleNamed('postgres', { login: true, superuser: true }), ...roles],
    registry: [],
    databases: ['postgres', 'template1'].map((name) => databaseNamed(name)),
    inside: ['postgres', 'template1'].map(emptyInside),
    unreadable: {},
  };
}

/** The catalog of a server that clients may be let in to: with the role that standbys log in with. */
export function readyCatalog(password: string): CatalogFacts {
  const note: RoleNote = { made: 'replication', groups: [], password, powerful: true };
  return newCatalog([roleNamed('_juju_repl', { login: true, replication: true, hasPassword: true, note })]);
}

/** Looks into `databases` of `catalog`, as an observation that wants them does. */
export function lookedInto(catalog: CatalogFacts, databases: readonly string[]): CatalogFacts {
  return { ...catalog, inside: catalog.inside.filter(({ name }) => databases.includes(name)) };
}

function changed(
  held: readonly string[] | undefined,
  { grant, revoke }: { readonly grant: readonly string[]; readonly revoke: readonly string[] },
): string[] {
  return [...(held ?? []).filter((word) => !revoke.includes(word)), ...grant];
}

function noted(role: RoleFacts, note: RoleNote): RoleFacts {
  return { ...role, note };
}

function entered(catalog: CatalogFacts, note: DatabaseNote): CatalogFacts {
  const others = (catalog.registry ?? []).filter(({ name }) => name !== note.name);
  return { ...catalog, registry: [...others, note] };
}

/** Roles of `grant` and `revoke` with and without their member. */
function withMembers(
  catalog: CatalogFacts,
  member: string,
  grant: readonly string[],
  revoke: readonly string[],
): CatalogFacts {
  const membership = { member, grantor: 'postgres', admin: false };
  const roles = catalog.roles.map((role) => {
    if (grant.includes(role.name)) return { ...role, members: [...role.members, membership] };
    if (!revoke.includes(role.name)) return role;
    return { ...role, members: role.members.filter((known) => known.member !== member) };
  });
  return { ...catalog, roles };
}

function databaseNamed(name: string): CatalogFacts['databases'][number] {
  return {
    name,
    oid: oidOf(name),
    owner: 'postgres',
    allowsConnections: true,
    publicConnect: true,
    privileges: {},
  };
}

function emptyInside(name: string): DatabaseInside {
  return {
    name,
    oid: oidOf(name),
    extensions: { plpgsql: 'pg_catalog' },
    availableExtensions: ['citext', 'hstore', 'plpgsql'],
    schemas: ['information_schema', 'pg_catalog', 'public'],
    publicSchemaOpen: false,
    publicSchemaPrivileges: {},
    owners: ['postgres'],
    defaultGrants: {},
  };
}

/** Replaces the role, or makes one of that name. */
export function withRole(
  catalog: CatalogFacts,
  name: string,
  change: (role: RoleFacts) => RoleFacts,
): CatalogFacts {
  return { ...catalog, roles: catalog.roles.map((role) => (role.name === name ? change(role) : role)) };
}

function withDatabase(
  catalog: CatalogFacts,
  name: string,
  change: (database: CatalogFacts['databases'][number]) => CatalogFacts['databases'][number],
): CatalogFacts {
  const databases = catalog.databases.map((known) => (known.name === name ? change(known) : known));
  return { ...catalog, databases };
}

function withInside(
  catalog: CatalogFacts,
  name: string,
  change: (inside: DatabaseInside) => DatabaseInside,
): CatalogFacts {
  return { ...catalog, inside: catalog.inside.map((known) => (known.name === name ? change(known) : known)) };
}
