import { describe, expect, test } from 'vitest';
import { planCatalog } from '../../../src/server/catalog.ts';
import type { CatalogFacts, DesiredGrant } from '../../../src/server/catalog-facts.ts';
import { entryOf } from '../../../src/server/entry-of.ts';
import { parsedJson, steadyJson } from '../../../src/server/json.ts';
import { majorTraits } from '../../../src/server/versions.ts';
import { lookedInto, newCatalog, stepped } from '../../effects/catalog.ts';
import { desiredGrant } from '../../facts/grant.ts';
import { inherited } from '../inherited.ts';

const traits = majorTraits(15) ?? expect.unreachable();
const context = { traits, fingerprintOf: () => '0123456789abcdef', spared: [] };

const grantOf = (name: string): DesiredGrant => desiredGrant({ database: name, roles: [name] });

describe.each(inherited)('%s', (name) => {
  test('as a database and a role is made like any other', () => {
    let world: CatalogFacts = newCatalog([]);
    for (let round = 1; round <= 6; round += 1) {
      const plan = planCatalog([grantOf(name)], lookedInto(world, [name]), context);
      expect(plan.problems).toEqual({});
      for (const step of plan.steps) world = stepped(world, step, '0123456789abcdef');
      if (plan.steps.length === 0) {
        expect(plan.met).toEqual({ 'db:1': ['m'] });
        return;
      }
    }
    expect.unreachable('the catalog did not settle');
  });

  test('as an extension is not taken for one that is there', () => {
    const wish = { ...grantOf('app'), roles: [], extensions: [{ name, schema: null }] };
    const { problems } = planCatalog([wish], lookedInto(newCatalog([]), ['app']), context);
    // Only what is inside a database that exists can be told.
    expect(JSON.stringify(problems)).not.toContain('native code');
    const inside = { ...newCatalog([]), ...withDatabase('app') };
    const { problems: told } = planCatalog([wish], inside, context);
    expect(told['db:1']?.['m']?.join()).toContain('is not available');
  });

  test('is no entry of a record that does not have it, and is one of a record that does', () => {
    expect(entryOf({}, name)).toBeUndefined();
    expect(entryOf(undefined, name)).toBeUndefined();
    expect(entryOf(Object.fromEntries([[name, 1]]), name)).toBe(1);
  });

  test('as a key of JSON is kept', () => {
    const text = `{${JSON.stringify(name)}:"x"}`;
    expect(steadyJson(parsedJson(text) ?? null)).toBe(text);
  });
});

function withDatabase(name: string): Pick<CatalogFacts, 'databases' | 'inside'> {
  const database = {
    name,
    oid: 5,
    owner: 'postgres',
    allowsConnections: true,
    publicConnect: false,
    privileges: {},
  };
  const inside = {
    name,
    oid: 5,
    extensions: {},
    availableExtensions: ['citext'],
    schemas: ['public'],
    publicSchemaOpen: false,
    publicSchemaPrivileges: {},
    owners: [],
    defaultGrants: {},
  };
  return { databases: [database], inside: [inside] };
}
