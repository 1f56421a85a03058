import { quoteIdentifier } from '../../server/identifiers.ts';
import { inTransaction, type Session } from '../session.ts';

/** Makes a schema that everybody in the database may use (not create in). */
export async function createSchema(session: Session, schema: string): Promise<void> {
  const name = quoteIdentifier(schema);
  await inTransaction(session, async () => {
    await session.run(`CREATE SCHEMA IF NOT EXISTS ${name}`);
    await session.run(`GRANT USAGE ON SCHEMA ${name} TO PUBLIC`);
  });
}

/** Makes an extension, in `schema` or, when that is null, in public. */
export async function createExtension(
  session: Session,
  extension: string,
  schema: string | null,
): Promise<void> {
  const name = quoteIdentifier(extension);
  await inTransaction(session, async () => {
    // Without a schema of its own an extension goes where search_path points; pg_catalog must not be that
    // place.
    if (schema === null) await session.run('SET LOCAL search_path = public');
    const where = schema === null ? '' : ` SCHEMA ${quoteIdentifier(schema)}`;
    await session.run(`CREATE EXTENSION IF NOT EXISTS ${name}${where} CASCADE`);
  });
}
