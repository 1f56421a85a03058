import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CatalogPlan, planCatalog } from '../../../src/server/catalog.ts';
import type { CatalogFacts, DesiredGrant } from '../../../src/server/catalog-facts.ts';
import { databasePrivileges } from '../../../src/server/database-privileges.ts';
import { majorTraits } from '../../../src/server/versions.ts';
import { lookedInto, newCatalog, roleNamed, stepped } from '../../effects/catalog.ts';
import { desiredGrant } from '../../facts/grant.ts';

const traits = majorTraits(15) ?? expect.unreachable();
const fingerprint = '0123456789abcdef';
const context = { traits, fingerprintOf: () => fingerprint, spared: [] };

function settle(
  wanted: readonly DesiredGrant[],
  start: CatalogFacts,
): { world: CatalogFacts; plan: CatalogPlan } {
  let world = start;
  for (let round = 1; round <= 6; round += 1) {
    const databases = wanted.map(({ database }) => database);
    const plan = planCatalog(wanted, lookedInto(world, databases), context);
    if (plan.steps.length === 0) return { world, plan };
    for (const step of plan.steps) world = stepped(world, step, fingerprint);
  }
  return expect.unreachable('the catalog did not settle');
}

const wishes = fc.uniqueArray(
  fc.record({
    number: fc.nat({ max: 9 }),
    database: fc.constantFrom('app', 'other', 'postgres', '', 'a"b', 'Ü'),
    user: fc.constantFrom('juju_app', 'juju_other', 'jujuadmin_app', 'postgres'),
    superuser: fc.boolean(),
    replication: fc.boolean(),
    createDatabase: fc.boolean(),
    createRole: fc.boolean(),
    roles: fc.uniqueArray(
      fc.constantFrom('readers', 'writers', 'pg_monitor', 'boss', 'clerks', 'jujuowner_app'),
    ),
    extensions: fc.array(
      fc.record({
        name: fc.constantFrom('hstore', 'citext', 'nowhere'),
        schema: fc.constantFrom(null, 'extras', 'pg_x'),
      }),
      { maxLength: 2 },
    ),
    privileges: fc.subarray([...databasePrivileges], { minLength: 1 }),
  }),
  { maxLength: 4, selector: ({ number }) => number },
);
const grants = wishes.map((list) =>
  list.map(({ number, ...rest }) => desiredGrant({ ...rest, relation: `db:${number}` })),
);
const before = (): CatalogFacts =>
  newCatalog([
    roleNamed('boss', { superuser: true }),
    roleNamed('clerks', { memberOf: ['boss'] }),
    roleNamed('pg_monitor'),
  ]);

describe('the catalog plan', () => {
  test('settles, and planning on what it made is empty', () => {
    fc.assert(
      fc.property(grants, (wanted) => {
        const { plan } = settle(wanted, before());
        const relations = new Set(wanted.map(({ relation }) => relation));
        // Every relation ends either ready or with a reason.
        expect(new Set([...Object.keys(plan.met), ...Object.keys(plan.problems)])).toEqual(relations);
        expect(Object.keys(plan.met).filter((relation) => relation in plan.problems)).toEqual([]);
      }),
    );
  });

  test('does not depend on the order of wishes', () => {
    fc.assert(
      fc.property(grants, (wanted) => {
        const seen = lookedInto(before(), ['app']);
        expect(planCatalog(wanted.toReversed(), seen, context)).toEqual(planCatalog(wanted, seen, context));
      }),
    );
  });

  test('never makes a client that asked for none a superuser, directly or by membership', () => {
    fc.assert(
      fc.property(grants, (wanted) => {
        const plain = wanted.map((grant) => ({ ...grant, superuser: false }));
        const { world } = settle(plain, before());
        for (const role of world.roles.filter(({ name }) => name.startsWith('juju'))) {
          expect(role.superuser).toBe(false);
          expect(role.memberOf.filter((group) => ['boss', 'clerks', 'pg_monitor'].includes(group))).toEqual(
            [],
          );
        }
      }),
    );
  });

  test('refuses one relation without touching another', () => {
    fc.assert(
      fc.property(grants, (wanted) => {
        const honest = desiredGrant({ relation: 'db:99', user: 'juju_honest', database: 'honest' });
        expect(settle([...wanted, honest], before()).plan.met).toHaveProperty('db:99');
      }),
    );
  });

  test('makes nothing but the database and roles in the first round, and looks inside in the next', () => {
    const plan = planCatalog([desiredGrant({ roles: ['readers'] })], newCatalog(), context);
    expect(plan.steps.map((step) => step.kind)).toEqual([
      'role.create',
      'role.create',
      'role.create',
      'database.create',
    ]);
    expect(plan.met).toEqual({});
  });

  test('a role no longer asked for is revoked, one the charm did not grant stays', () => {
    const { world } = settle([desiredGrant({ roles: ['readers'] })], newCatalog());
    const manual = stepped(
      world,
      {
        kind: 'role.groups',
        relation: '',
        role: 'juju_app',
        grant: ['manual'],
        revoke: [],
        note: { made: 'user', groups: ['jujuowner_app', 'readers'], password: fingerprint, powerful: false },
      },
      fingerprint,
    );
    const after = settle([desiredGrant({})], manual).world.roles.find(({ name }) => name === 'juju_app');
    expect(after?.memberOf).toEqual(['jujuowner_app', 'manual']);
    expect(after?.note).toEqual({
      made: 'user',
      groups: ['jujuowner_app'],
      password: fingerprint,
      powerful: false,
    });
  });

  test('a new password generation is set, an unknown one leaves the old in force', () => {
    const { world } = settle([desiredGrant({})], newCatalog());
    const plan = (now: string | null): CatalogPlan =>
      planCatalog([desiredGrant({})], world, { ...context, fingerprintOf: () => now });
    expect(plan('fedcba9876543210').steps.map((step) => step.kind)).toEqual(['role.password']);
    expect(plan(null).steps).toEqual([]);
  });

  test('a database that cannot be looked into concerns its own relation only', () => {
    const { world } = settle(
      [desiredGrant({}), desiredGrant({ relation: 'db:2', database: 'other' })],
      newCatalog(),
    );
    const seen = {
      ...world,
      inside: world.inside.filter(({ name }) => name !== 'app'),
      unreadable: { app: 'time is up' },
    };
    const plan = planCatalog(
      [desiredGrant({}), desiredGrant({ relation: 'db:2', database: 'other' })],
      seen,
      context,
    );
    expect(plan.problems).toEqual({ 'db:1': { m: ['database "app" cannot be looked into: time is up'] } });
    expect(plan.met).toEqual({ 'db:2': ['m'] });
    // Its client can log in all the same.
    expect(plan.admitted).toEqual({ 'db:1': ['m'], 'db:2': ['m'] });
  });

  test('objects of a client that is gone are inherited, those of a refused one are not', () => {
    const { world } = settle(
      [desiredGrant({}), desiredGrant({ relation: 'db:2', user: 'juju_old' })],
      newCatalog(),
    );
    const owning = {
      ...world,
      inside: world.inside.map((inside) => ({ ...inside, owners: ['juju_old', 'postgres'] })),
    };
    const kinds = (wanted: DesiredGrant[]): string[] =>
      planCatalog(wanted, owning, context).steps.map(({ kind }) => kind);
    expect(kinds([desiredGrant({})])).toEqual(['objects.inherit']);
    expect(
      kinds([desiredGrant({}), desiredGrant({ relation: 'db:2', user: 'juju_old', roles: ['postgres'] })]),
    ).toEqual([]);
  });

  describe('a relation that asks for more than it can have, after it had something', () => {
    const had = desiredGrant({
      roles: ['readers'],
      extensions: [{ name: 'hstore', schema: null }],
      createDatabase: true,
    });
    const answered = { ...had, requested: false };
    const asking = (more: Partial<DesiredGrant>): DesiredGrant => desiredGrant({ ...more, mark: 'n' });
    const { world } = settle([had], newCatalog());

    test('keeps what it had until that is met, whoever else uses the same user', () => {
      const neighbour = desiredGrant({ relation: 'db:2', database: 'other', mark: 'o' });
      const { world: both } = settle([had, neighbour], newCatalog());
      const seen = lookedInto(both, ['app', 'other']);
      const plan = planCatalog([asking({ roles: ['postgres'] }), answered, neighbour], seen, context);
      expect(plan.steps).toEqual([]);
      expect(plan.problems).toEqual({ 'db:1': { n: [expect.stringContaining('reserved')] } });
      expect(plan.met).toEqual({ 'db:1': ['m'], 'db:2': ['o'] });
      expect(plan.admitted).toEqual({ 'db:1': ['m', 'n'], 'db:2': ['o'] });
    });

    test('has everything named that is wrong with it', () => {
      const bad = asking({
        roles: ['postgres', 'pg_monitor'],
        extensions: [{ name: 'nowhere', schema: null }],
      });
      const plan = planCatalog([bad, answered], lookedInto(world, ['app']), context);
      expect(plan.problems['db:1']?.['n']).toHaveLength(3);
    });

    test('asks for an extension also when those there are cannot be listed: PostgreSQL says what is wrong with it', () => {
      const next = asking({ extensions: [{ name: 'nowhere', schema: null }] });
      const seen = lookedInto(world, ['app']);
      const unlisted = seen.inside.map((inside) => ({ ...inside, availableExtensions: null }));
      const plan = planCatalog([next, answered], { ...seen, inside: unlisted }, context);
      expect(plan.problems).toEqual({});
      expect(plan.steps.map(({ kind }) => kind)).toContain('extension.create');
    });

    test('has both while what it asks for now is met and not answered yet, then only that', () => {
      const next = asking({ roles: ['writers'] });
      const { world: after, plan } = settle([next, answered], world);
      expect(plan.met).toEqual({ 'db:1': ['m', 'n'] });
      const groups = (seen: CatalogFacts) => seen.roles.find(({ name }) => name === 'juju_app')?.memberOf;
      expect(groups(after)).toEqual(['jujuowner_app', 'readers', 'writers']);
      expect(groups(settle([next], after).world)).toEqual(['jujuowner_app', 'writers']);
    });

    test('whose request cannot be read at all loses nothing', () => {
      const neighbour = desiredGrant({ relation: 'db:2', user: 'juju_other', mark: 'o' });
      const { world: both } = settle([desiredGrant({}), neighbour], newCatalog());
      const owned = {
        ...both,
        inside: both.inside.map((inside) => ({ ...inside, owners: ['juju_app', 'postgres'] })),
      };
      const kinds = (spared: string[]) =>
        planCatalog([neighbour], lookedInto(owned, ['app']), { ...context, spared }).steps.map(
          ({ kind }) => kind,
        );
      expect(kinds([])).toContain('objects.inherit');
      expect(kinds(['juju_app'])).not.toContain('objects.inherit');
    });
  });

  test('two relations that want one extension: neither has it before it is there', () => {
    const wishes = ['db:1', 'db:2'].map((relation) =>
      desiredGrant({
        relation,
        user: `juju_${relation.at(-1)}`,
        extensions: [{ name: 'hstore', schema: null }],
      }),
    );
    const { world } = settle(
      wishes.map((each) => ({ ...each, extensions: [] })),
      newCatalog(),
    );
    const plan = planCatalog(wishes, lookedInto(world, ['app']), context);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['extension.create']);
    expect(plan.met).toEqual({});
    expect(plan.admitted).toEqual({ 'db:1': ['m'], 'db:2': ['m'] });
  });
});
