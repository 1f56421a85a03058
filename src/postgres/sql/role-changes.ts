import type { RoleNote } from '../../server/catalog-facts.ts';
import type { RoleAttributes } from '../../server/catalog-steps.ts';
import { quoteIdentifier } from '../../server/identifiers.ts';
import type { Retirement } from '../../server/retired-users.ts';
import type { RoleSecret } from '../machine.ts';
import { scramVerifier } from '../scram.ts';
import { inTransaction, type Session } from '../session.ts';
import { enterRole, noteVerifier, writeRoleNote } from './registry.ts';

/** Makes a role and enters it; one that exists meanwhile is left alone, the next observation shows whose it is. */
export async function createRole(
  session: Session,
  role: string,
  attributes: RoleAttributes,
  note: RoleNote,
): Promise<void> {
  const found = await session.rows('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (found.length > 0) return;
  await inTransaction(session, async () => {
    await session.run(`CREATE ROLE ${quoteIdentifier(role)} INHERIT ${attributeWords(attributes)}`);
    await enterRole(session, role, note);
  });
}

/** Gives a role exactly these attributes; all others stay. */
export async function alterRole(
  session: Session,
  role: string,
  attributes: RoleAttributes,
  note: RoleNote,
): Promise<void> {
  await inTransaction(session, async () => {
    await writeRoleNote(session, role, note);
    await session.run(`ALTER ROLE ${quoteIdentifier(role)} ${attributeWords(attributes)}`);
  });
}

/** Sets the password and notes it: both or neither. */
export async function setPassword(
  session: Session,
  role: string,
  secret: RoleSecret,
  note: RoleNote,
): Promise<void> {
  await inTransaction(session, async () => {
    await writeRoleNote(session, role, { ...note, password: secret.fingerprint });
    const verifier = scramVerifier(secret.password);
    await session.run(`ALTER ROLE ${quoteIdentifier(role)} PASSWORD '${verifier}'`);
    await noteVerifier(session, role, verifier);
  });
}

/** Changes memberships and notes them: all or none. */
export async function changeGroups(
  session: Session,
  role: string,
  grant: readonly string[],
  revoke: readonly string[],
  note: RoleNote,
): Promise<void> {
  const member = quoteIdentifier(role);
  await inTransaction(session, async () => {
    await writeRoleNote(session, role, note);
    for (const group of grant) await session.run(`GRANT ${quoteIdentifier(group)} TO ${member}`);
    for (const group of revoke) await session.run(`REVOKE ${quoteIdentifier(group)} FROM ${member}`);
  });
}

/** Takes login, password and powers from the user of a client that is gone, and ends its sessions. What it owns stays. */
export async function retireRole(session: Session, { role, revoke, note }: Retirement): Promise<void> {
  const name = quoteIdentifier(role);
  await inTransaction(session, async () => {
    await writeRoleNote(session, role, note);
    await session.run(`ALTER ROLE ${name} ${attributeWords(nothing)} NOBYPASSRLS PASSWORD NULL`);
    await noteVerifier(session, role, null);
    for (const group of revoke) await session.run(`REVOKE ${quoteIdentifier(group)} FROM ${name}`);
  });
  await session.rows('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
}

const nothing: RoleAttributes = {
  login: false,
  superuser: false,
  replication: false,
  createRole: false,
  createDatabase: false,
};

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
