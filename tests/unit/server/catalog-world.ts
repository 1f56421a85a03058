/** A server's catalog as a plain value, and what each catalog step does to it. */
import type { CatalogFacts, DatabaseInside, RoleFacts } from '../../../src/server/catalog-facts.ts';
import type { CatalogStep, RoleComment } from '../../../src/server/catalog-steps.ts';
import { roleCommentText } from '../../../src/server/role-comment.ts';

export const fingerprint = '0123456789abcdef';

/** A role that may do nothing. */
export function roleNamed(name: string, powers: Partial<RoleFacts> = {}): RoleFacts {
  return {
    name,
    login: false,
    superuser: false,
    replication: false,
    createRole: false,
    createDatabase: false,
    bypassRowSecurity: false,
    hasPassword: false,
    comment: null,
    memberOf: [],
    ...powers,
  };
}

/** A new server. */
export function newCatalog(roles: readonly RoleFacts[] = []): CatalogFacts {
  return {
    roles: [roleNamed('postgres', { login: true, superuser: true }), ...roles],
    databases: ['postgres', 'template1'].map((name) => databaseNamed(name)),
    inside: ['postgres', 'template1'].map(emptyInside),
    unreadable: {},
  };
}

/** What an observation that wants `databases` sees of `world`. */
export function observed(world: CatalogFacts, databases: readonly string[]): CatalogFacts {
  return { ...world, inside: world.inside.filter(({ name }) => databases.includes(name)) };
}

/** `world` after `step`. */
export function stepped(world: CatalogFacts, step: CatalogStep): CatalogFacts {
  switch (step.kind) {
    case 'role.create':
      return { ...world, roles: [...world.roles, noted(roleNamed(step.role, step.attributes), step.note)] };
    case 'role.alter':
      return withRole(world, step.role, (role) => ({ ...role, ...step.attributes }));
    case 'role.password':
      return withRole(world, step.role, (role) => ({
        ...noted(role, { ...step.note, password: fingerprint }),
        hasPassword: true,
      }));
    case 'role.groups':
      return withRole(world, step.role, (role) => {
        const kept = role.memberOf.filter((group) => !step.revoke.includes(group));
        return noted({ ...role, memberOf: [...kept, ...step.grant] }, step.note);
      });
    case 'database.create':
      return {
        ...world,
        databases: [...world.databases, { ...databaseNamed(step.database), publicConnect: false }],
        inside: [...world.inside, emptyInside(step.database)],
      };
    case 'database.close':
      return withDatabase(world, step.database, (database) => ({ ...database, publicConnect: false }));
    case 'database.privileges':
      return withDatabase(world, step.database, (database) => ({
        ...database,
        privileges: { ...database.privileges, [step.role]: changed(database.privileges[step.role], step) },
      }));
    default:
      return withInside(world, step.database, (inside) => steppedInside(inside, step));
  }
}

type InsideStep = Extract<
  CatalogStep,
  {
    readonly kind:
      | 'schema.privileges'
      | 'objects.share'
      | 'objects.inherit'
      | 'schema.create'
      | 'extension.create';
  }
>;

function steppedInside(inside: DatabaseInside, step: InsideStep): DatabaseInside {
  switch (step.kind) {
    case 'schema.privileges': {
      const words = changed(inside.publicSchemaPrivileges[step.role], step);
      return { ...inside, publicSchemaPrivileges: { ...inside.publicSchemaPrivileges, [step.role]: words } };
    }
    case 'objects.share':
      return { ...inside, defaultGrants: { ...inside.defaultGrants, [step.role]: [step.ownerRole] } };
    case 'objects.inherit':
      return { ...inside, owners: [...inside.owners.filter((owner) => owner !== step.role), step.ownerRole] };
    case 'schema.create':
      return { ...inside, schemas: [...inside.schemas, step.schema] };
    case 'extension.create':
      return { ...inside, extensions: { ...inside.extensions, [step.extension]: step.schema ?? 'public' } };
  }
}

function changed(
  held: readonly string[] | undefined,
  { grant, revoke }: { readonly grant: readonly string[]; readonly revoke: readonly string[] },
): string[] {
  return [...(held ?? []).filter((word) => !revoke.includes(word)), ...grant];
}

function noted(role: RoleFacts, note: RoleComment): RoleFacts {
  return { ...role, comment: roleCommentText(note) };
}

function databaseNamed(name: string): CatalogFacts['databases'][number] {
  return { name, allowsConnections: true, publicConnect: true, privileges: {} };
}

function emptyInside(name: string): DatabaseInside {
  return {
    name,
    extensions: { plpgsql: 'pg_catalog' },
    availableExtensions: ['citext', 'hstore', 'plpgsql'],
    schemas: ['information_schema', 'pg_catalog', 'public'],
    publicSchemaPrivileges: {},
    owners: ['postgres'],
    defaultGrants: {},
  };
}

function withRole(world: CatalogFacts, name: string, change: (role: RoleFacts) => RoleFacts): CatalogFacts {
  return { ...world, roles: world.roles.map((role) => (role.name === name ? change(role) : role)) };
}

function withDatabase(
  world: CatalogFacts,
  name: string,
  change: (database: CatalogFacts['databases'][number]) => CatalogFacts['databases'][number],
): CatalogFacts {
  return {
    ...world,
    databases: world.databases.map((known) => (known.name === name ? change(known) : known)),
  };
}

function withInside(
  world: CatalogFacts,
  name: string,
  change: (inside: DatabaseInside) => DatabaseInside,
): CatalogFacts {
  return { ...world, inside: world.inside.map((known) => (known.name === name ? change(known) : known)) };
}
