import { describe, expect, test } from 'vitest';
import { planCatalog } from '../../../src/server/catalog.ts';
import type {
  CatalogFacts,
  DatabaseFacts,
  DesiredGrant,
  Membership,
  RoleFacts,
  RoleNote,
} from '../../../src/server/catalog-facts.ts';
import { isOwnRoleSound, ownRoleProblem } from '../../../src/server/own-role.ts';
import { firstEntries } from '../../../src/server/registry.ts';
import { retirements } from '../../../src/server/retired-users.ts';
import { majorTraits } from '../../../src/server/versions.ts';
import { newCatalog, readyCatalog, roleNamed, stepped } from '../../effects/catalog.ts';
import { desiredGrant } from '../../facts/grant.ts';

const fingerprint = '0123456789abcdef';
const traits = majorTraits(17) ?? expect.unreachable();
const context = { traits, fingerprintOf: () => fingerprint, spared: [] };

function settled(grants: readonly DesiredGrant[], start = newCatalog()): CatalogFacts {
  let seen = start;
  for (let round = 1; round <= 6; round += 1) {
    const { steps } = planCatalog(grants, seen, context);
    if (steps.length === 0) return seen;
    for (const step of steps) seen = stepped(seen, step, fingerprint);
  }
  return expect.unreachable('the catalog did not settle');
}

const changed = (seen: CatalogFacts, name: string, change: Partial<RoleFacts>): CatalogFacts => ({
  ...seen,
  roles: seen.roles.map((role) => (role.name === name ? { ...role, ...change } : role)),
});
const withDatabase = (seen: CatalogFacts, change: Partial<DatabaseFacts>): CatalogFacts => ({
  ...seen,
  databases: seen.databases.map((known) => (known.name === 'app' ? { ...known, ...change } : known)),
});
const problemsOf = (seen: CatalogFacts, grants: readonly DesiredGrant[] = [desiredGrant()]) =>
  planCatalog(grants, seen, context).problems;
const stepsOf = (seen: CatalogFacts, grants: readonly DesiredGrant[] = [desiredGrant()]) =>
  planCatalog(grants, seen, context).steps;
const mallory: Membership = { member: 'juju_mallory', grantor: 'juju_mallory', admin: false };
const operators: Membership = { member: 'alice', grantor: 'postgres', admin: false };

const noted = (made: RoleNote['made']): string =>
  `Made by the PostgreSQL charm: ${JSON.stringify({ made, groups: [], password: fingerprint })}`;

describe('a role that is not in the registry', () => {
  test.each(['juju_app', 'jujuowner_app'])('%s refuses the relation whatever its comment says', (name) => {
    const made = name === 'juju_app' ? 'user' : 'owner';
    const seen = newCatalog([roleNamed(name, { comment: noted(made) })]);
    const plan = planCatalog(
      [
        desiredGrant(),
        desiredGrant({ relation: 'db:2', user: 'juju_two', database: 'two', ownerRole: 'jujuowner_two' }),
      ],
      seen,
      context,
    );
    expect(plan.problems['db:1']?.['m']).toEqual([
      expect.stringContaining(`${JSON.stringify(name)} is there`),
    ]);
    expect(plan.problems).not.toHaveProperty('db:2');
    expect(plan.steps.filter((step) => 'role' in step && step.role === name)).toEqual([]);
  });
});

describe('a member that the charm did not make', () => {
  const seen = settled([desiredGrant()]);

  test('refuses the relation when a client has made it', () => {
    for (const name of ['juju_app', 'jujuowner_app']) {
      const role = seen.roles.find((each) => each.name === name);
      const members = [...(role?.members ?? []), mallory];
      expect(problemsOf(changed(seen, name, { members }))['db:1']?.['m']?.join()).toContain(
        `REVOKE "${name}" FROM "juju_mallory"`,
      );
    }
  });

  test('is left to an operator, but not in a role with powers', () => {
    const joined = changed(seen, 'juju_app', { members: [operators] });
    expect(problemsOf(joined)).toEqual({});
    for (const power of ['superuser', 'createDatabase', 'createRole', 'replication'] as const) {
      expect(problemsOf(joined, [desiredGrant({ [power]: true })])).toHaveProperty('db:1');
    }
  });

  test('who may hand out a group refuses it', () => {
    const owned = { ...mallory, grantor: 'postgres', admin: true };
    const groups = newCatalog([
      roleNamed('reporting', { members: [owned] }),
      roleNamed('juju_mallory', { login: true }),
    ]);
    expect(problemsOf(groups, [desiredGrant({ roles: ['reporting'] })])).toHaveProperty('db:1');
    const clean = newCatalog([roleNamed('reporting', { members: [operators] })]);
    expect(problemsOf(clean, [desiredGrant({ roles: ['reporting'] })])).toEqual({});
  });
});

describe('a password', () => {
  test('that is not the one set is set again', () => {
    const seen = changed(settled([desiredGrant()]), 'juju_app', { passwordKept: false });
    expect(stepsOf(seen).map(({ kind }) => kind)).toEqual(['role.password']);
  });

  test('of standbys too, and their role has no members', () => {
    const seen = readyCatalog(fingerprint);
    expect(isOwnRoleSound('_juju_repl', seen, fingerprint, traits)).toBe(true);
    for (const wrong of [
      { passwordKept: false },
      { superuser: true },
      { login: false },
      { members: [operators] },
    ]) {
      expect(isOwnRoleSound('_juju_repl', changed(seen, '_juju_repl', wrong), fingerprint, traits)).toBe(
        false,
      );
    }
  });

  test('is not set on a role for standbys that somebody else made', () => {
    expect(ownRoleProblem('_juju_repl', newCatalog([roleNamed('_juju_repl')]))).toContain(
      'this charm did not make it',
    );
    expect(ownRoleProblem('_juju_repl', newCatalog())).toBeNull();
  });
});

describe('a database', () => {
  const seen = settled([desiredGrant()]);
  const gone = { ...seen, databases: seen.databases.filter(({ name }) => name !== 'app') };

  test('of another client, or of somebody the charm did not make, is refused', () => {
    const other = roleNamed('juju_mallory', {
      note: { made: 'user', groups: [], password: null, powerful: true },
    });
    const of = (owner: string) =>
      withDatabase({ ...seen, registry: [], roles: [...seen.roles, other, roleNamed('alice')] }, { owner });
    expect(problemsOf(of('juju_mallory'))['db:1']?.['m']?.join()).toContain('belongs to another client');
    expect(problemsOf(of('alice'))['db:1']?.['m']?.join()).toContain('OWNER TO postgres');
    expect(problemsOf(of('juju_app'))).toEqual({});
  });

  test('that an operator made is taken, and not closed', () => {
    const operatorsOwn = withDatabase({ ...seen, registry: [] }, { publicConnect: true });
    expect(stepsOf(operatorsOwn)).toEqual([expect.objectContaining({ kind: 'database.take', taken: true })]);
    const after = settled([desiredGrant()], operatorsOwn);
    expect(after.databases.find(({ name }) => name === 'app')?.publicConnect).toBe(true);
    expect(planCatalog([desiredGrant()], after, context).notices).toEqual([
      expect.stringContaining('stays open'),
    ]);
  });

  test('that is gone is said and not made; one that an operator made in its place is as the one before', () => {
    expect(problemsOf(gone)['db:1']?.['m']).toEqual([
      'database "app" is gone; restore it, or begin with an empty one: CREATE DATABASE "app"',
    ]);
    expect(stepsOf(gone)).toEqual([]);
    const anew = withDatabase(seen, { oid: 7, publicConnect: true });
    expect(stepsOf(anew)).toEqual([expect.objectContaining({ kind: 'database.take', oid: 7, taken: false })]);
    expect(settled([desiredGrant()], anew).databases.find(({ name }) => name === 'app')?.publicConnect).toBe(
      false,
    );
  });

  test('that was being made when the charm was killed is made to the end', () => {
    const half = { ...seen, registry: [{ name: 'app', oid: null, taken: false }] };
    expect(stepsOf(half).map(({ kind }) => kind)).toEqual(['database.create']);
    expect(stepsOf({ ...gone, registry: half.registry }).map(({ kind }) => kind)).toEqual([
      'database.create',
    ]);
  });

  test('in which creating is withheld has its schema public closed, on every major', () => {
    const open = { ...seen, inside: seen.inside.map((inside) => ({ ...inside, publicSchemaOpen: true })) };
    const reader = desiredGrant({ privileges: ['CONNECT'] });
    expect(stepsOf(open).map(({ kind }) => kind)).not.toContain('schema.close');
    expect(stepsOf(open, [reader]).map(({ kind }) => kind)).toContain('schema.close');
    const closed = settled([reader], open);
    expect(stepsOf(closed)).toContainEqual(
      expect.objectContaining({ kind: 'schema.privileges', grant: ['CREATE', 'USAGE'] }),
    );
  });
});

describe('a client that is gone', () => {
  const seen = settled([
    desiredGrant({ superuser: true, user: 'jujuadmin_app' }),
    desiredGrant({ roles: ['readers'] }),
  ]);

  test('cannot log in and has no powers, and keeps its place among the owners', () => {
    const [admin, plain] = retirements(seen, new Set()).toSorted((a, b) => (a.role < b.role ? 1 : -1));
    expect(admin).toMatchObject({ role: 'jujuadmin_app', note: { powerful: true, password: null } });
    expect(plain).toMatchObject({
      role: 'juju_app',
      revoke: ['readers'],
      note: { groups: ['jujuowner_app'] },
    });
    expect(retirements(seen, new Set(['juju_app', 'jujuadmin_app']))).toEqual([]);
  });

  test('is done with once', () => {
    const retired = changed(
      changed(seen, 'jujuadmin_app', { login: false, hasPassword: false, superuser: false }),
      'juju_app',
      {
        login: false,
        hasPassword: false,
        memberOf: ['jujuowner_app'],
      },
    );
    expect(retirements(retired, new Set())).toEqual([]);
  });

  test('leaves what it made to others only when it never had powers', () => {
    const heir = desiredGrant({ relation: 'db:3', user: 'juju_heir' });
    const owners = ['juju_app', 'jujuadmin_app', 'postgres'];
    const after = settled([heir], seen);
    const owning = { ...after, inside: after.inside.map((inside) => ({ ...inside, owners })) };
    const inherited = stepsOf(owning, [heir]).flatMap((step) =>
      step.kind === 'objects.inherit' ? [step.role] : [],
    );
    expect(inherited).toEqual(['juju_app']);
  });
});

describe('a server of a charm without a registry', () => {
  const before = (change: Partial<RoleFacts>): CatalogFacts => {
    const seen = newCatalog([
      roleNamed('juju_app', { login: true, hasPassword: true, comment: noted('user'), ...change }),
      roleNamed('jujuowner_app', { comment: noted('owner') }),
      roleNamed('readers', { comment: noted('group') }),
      roleNamed('_juju_repl', { login: true, replication: true, comment: noted('replication') }),
    ]);
    return { ...seen, registry: null };
  };
  const names = (seen: CatalogFacts) => firstEntries(seen, [desiredGrant()]).roles.map(({ name }) => name);

  test('gives what it made to the registry', () => {
    expect(names(before({}))).toEqual(['juju_app', 'jujuowner_app', 'readers', '_juju_repl']);
    expect(problemsOf(before({}))).toEqual({});
  });

  test.each<[string, Partial<RoleFacts>]>([
    ['its maker has in hand', { members: [{ ...mallory, grantor: 'postgres', admin: true }] }],
    ['another client is a member of', { members: [mallory] }],
    ['is powerful and has settings of its own', { superuser: true, hasSettings: true }],
    ['has no comment', { comment: null }],
    ['is said to be something else', { comment: noted('owner') }],
    ['bypasses row security', { bypassRowSecurity: true }],
  ])('but no role that %s', (_, change) => {
    expect(names(before(change))).not.toContain('juju_app');
    expect(problemsOf(before(change))).toHaveProperty('db:1');
  });

  test('and the databases that it had closed', () => {
    const databases = [
      ...before({}).databases,
      {
        name: 'app',
        oid: 5,
        owner: 'postgres',
        allowsConnections: true,
        publicConnect: false,
        privileges: {},
      },
    ];
    const seen = { ...before({}), databases };
    expect(firstEntries(seen, [desiredGrant()]).databases).toEqual([{ name: 'app', oid: 5, taken: false }]);
    expect(firstEntries(withDatabase(seen, { owner: 'juju_app' }), [desiredGrant()]).databases).toEqual([]);
    expect(firstEntries(withDatabase(seen, { publicConnect: true }), [desiredGrant()]).databases).toEqual([]);
  });
});
