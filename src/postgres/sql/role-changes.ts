import type { RoleAttributes, RoleComment } from '../../server/catalog-steps.ts';
import { quoteIdentifier } from '../../server/identifiers.ts';
import type { RoleSecret } from '../machine.ts';
import { scramVerifier } from '../scram.ts';
import { inTransaction, type Session } from '../session.ts';
import { writeRoleNote } from './role-note.ts';

/** Makes a role with its note; one that exists meanwhile is left alone, the next observation shows it. */
export async function createRole(
  session: Session,
  role: string,
  attributes: RoleAttributes,
  note: RoleComment,
): Promise<void> {
  const found = await session.rows('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (found.length > 0) return;
  await inTransaction(session, async () => {
    await session.run(`CREATE ROLE ${quoteIdentifier(role)} INHERIT ${attributeWords(attributes)}`);
    await writeRoleNote(session, role, note);
  });
}

/** Gives a role exactly these attributes; all others stay. */
export async function alterRole(session: Session, role: string, attributes: RoleAttributes): Promise<void> {
  await session.run(`ALTER ROLE ${quoteIdentifier(role)} ${attributeWords(attributes)}`);
}

/** Sets the password and notes its fingerprint: both or neither. */
export async function setPassword(
  session: Session,
  role: string,
  secret: RoleSecret,
  note: RoleComment,
): Promise<void> {
  await inTransaction(session, async () => {
    await session.run(`ALTER ROLE ${quoteIdentifier(role)} PASSWORD '${scramVerifier(secret.password)}'`);
    await writeRoleNote(session, role, { ...note, password: secret.fingerprint });
  });
}

/** Changes memberships and notes them: all or none. */
export async function changeGroups(
  session: Session,
  role: string,
  grant: readonly string[],
  revoke: readonly string[],
  note: RoleComment,
): Promise<void> {
  const member = quoteIdentifier(role);
  await inTransaction(session, async () => {
    for (const group of grant) await session.run(`GRANT ${quoteIdentifier(group)} TO ${member}`);
    for (const group of revoke) await session.run(`REVOKE ${quoteIdentifier(group)} FROM ${member}`);
    await writeRoleNote(session, role, note);
  });
}

function attributeWords(attributes: RoleAttributes): string {
  const words: [boolean, string][] = [
    [attributes.login, 'LOGIN'],
    [attributes.superuser, 'SUPERUSER'],
    [attributes.replication, 'REPLICATION'],
    [attributes.createRole, 'CREATEROLE'],
    [attributes.createDatabase, 'CREATEDB'],
  ];
  return words.map(([given, word]) => (given ? word : `NO${word}`)).join(' ');
}
