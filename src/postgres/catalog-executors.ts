/** One executor for each kind of catalog step. */
import type { CatalogStep } from '../server/catalog-steps.ts';
import { type MachineContext, requirePlace } from './machine.ts';
import { type Session, type SessionLimits, withSession } from './session.ts';
import { changePrivileges, closeDatabase, closeSchema, createDatabase } from './sql/database-changes.ts';
import { createExtension, createSchema } from './sql/extensions.ts';
import { inheritObjects, shareObjects } from './sql/object-sharing.ts';
import { enterDatabase } from './sql/registry.ts';
import { alterRole, changeGroups, createRole, setPassword } from './sql/role-changes.ts';

type StepOf<Kind extends CatalogStep['kind']> = Extract<CatalogStep, { readonly kind: Kind }>;
type CatalogExecutors = {
  readonly [Kind in CatalogStep['kind']]: (step: StepOf<Kind>, context: MachineContext) => Promise<void>;
};

const limits: SessionLimits = { connectMs: 10_000, statementMs: 120_000, lockMs: 10_000 };

/** Carries out catalog steps. Each is safe to repeat; errors are PostgreSQL's own. */
export const catalogExecutors: CatalogExecutors = {
  'role.create': (step, context) =>
    inServer(context, (session) => createRole(session, step.role, step.attributes, step.note)),
  'role.alter': (step, context) =>
    inServer(context, (session) => alterRole(session, step.role, step.attributes, step.note)),
  'role.password': async (step, context) => {
    const secret = await context.secretOf(step.role);
    await inServer(context, (session) => setPassword(session, step.role, secret, step.note));
  },
  'role.groups': (step, context) =>
    inServer(context, (session) => changeGroups(session, step.role, step.grant, step.revoke, step.note)),
  'database.create': (step, context) =>
    inServer(context, (session) => createDatabase(session, step.database)),
  'database.take': ({ database: name, oid, taken }, context) =>
    inServer(context, (session) => enterDatabase(session, { name, oid, taken })),
  'database.close': (step, context) => inServer(context, (session) => closeDatabase(session, step.database)),
  'database.privileges': (step, context) => {
    const database = { type: 'DATABASE', name: step.database } as const;
    return inServer(context, (session) =>
      changePrivileges(session, database, step.role, step.grant, step.revoke),
    );
  },
  'schema.privileges': (step, context) => {
    const schema = { type: 'SCHEMA', name: 'public' } as const;
    return inside(step, context, (session) =>
      changePrivileges(session, schema, step.role, step.grant, step.revoke),
    );
  },
  'schema.close': (step, context) => inside(step, context, closeSchema),
  'objects.share': (step, context) =>
    inside(step, context, (session) => shareObjects(session, step.role, step.ownerRole)),
  'objects.inherit': (step, context) =>
    inside(step, context, (session) => inheritObjects(session, step.role, step.ownerRole)),
  'schema.create': (step, context) => inside(step, context, (session) => createSchema(session, step.schema)),
  'extension.create': (step, context) =>
    inside(step, context, (session) => createExtension(session, step.extension, step.schema)),
};

async function inServer(context: MachineContext, work: (session: Session) => Promise<void>): Promise<void> {
  await withSession(await requirePlace(context), 'postgres', work, limits);
}

async function inside(
  { database }: { readonly database: string },
  context: MachineContext,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  await withSession(await requirePlace(context), database, work, limits);
}
