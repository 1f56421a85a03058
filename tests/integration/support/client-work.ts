import { expect } from 'vitest';
import type { Model } from '../../../testbed/api/index.ts';
import { clientSql } from './deployment.ts';

/** Options of a classic client that asks for all it can ask for. */
export const clientWork = { database: 'shop', roles: 'readers,writers', extensions: 'citext,hstore:extra' };

/** The client logs in with what it was told, makes a table, reads it back, and has the roles and extensions it asked for. */
export async function expectClientWorks(model: Model, unit: string): Promise<void> {
  await clientSql(model, 'CREATE TABLE IF NOT EXISTS worked (note public.citext, more extra.hstore)', unit);
  await clientSql(model, "INSERT INTO worked VALUES ('Yes', 'a=>1')", unit);
  expect(await clientSql(model, "SELECT count(*) > 0 FROM worked WHERE note = 'yes'", unit)).toBe('t');
  const member = "SELECT pg_has_role('readers', 'MEMBER') AND pg_has_role('writers', 'MEMBER')";
  expect(await clientSql(model, member, unit)).toBe('t');
}
