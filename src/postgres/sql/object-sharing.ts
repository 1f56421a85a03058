import { quoteIdentifier } from '../../server/identifiers.ts';
import { inTransaction, type Session } from '../session.ts';

const KINDS = ['TABLES', 'SEQUENCES', 'FUNCTIONS', 'TYPES', 'SCHEMAS'];

/** Lets members of `ownerRole` use what `role` creates in this database from now on. */
export async function shareObjects(session: Session, role: string, ownerRole: string): Promise<void> {
  const [creator, sharer] = [quoteIdentifier(role), quoteIdentifier(ownerRole)];
  await inTransaction(session, async () => {
    for (const kind of KINDS) {
      await session.run(`ALTER DEFAULT PRIVILEGES FOR ROLE ${creator} GRANT ALL ON ${kind} TO ${sharer}`);
    }
  });
}

/** Gives `ownerRole` what `role` owns in this database. */
export async function inheritObjects(session: Session, role: string, ownerRole: string): Promise<void> {
  await session.run(`REASSIGN OWNED BY ${quoteIdentifier(role)} TO ${quoteIdentifier(ownerRole)}`);
}
