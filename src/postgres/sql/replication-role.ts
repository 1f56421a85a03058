import type { RoleNote } from '../../server/catalog-facts.ts';
import { quoteIdentifier } from '../../server/identifiers.ts';
import type { MajorTraits } from '../../server/versions.ts';
import type { RoleSecret } from '../machine.ts';
import { scramVerifier } from '../scram.ts';
import { inTransaction, type Session } from '../session.ts';
import { enterRole, noteVerifier, writeRoleNote } from './registry.ts';

/** Functions that pg_rewind calls on its source. */
const REWIND_FUNCTIONS = [
  'pg_ls_dir(text, boolean, boolean)',
  'pg_stat_file(text, boolean)',
  'pg_read_binary_file(text)',
  'pg_read_binary_file(text, bigint, bigint, boolean)',
];

/**
 * Makes the role units replicate and rewind with, or brings it up to date: its powers, its password, and nobody a member of it. Throws for a
 * role of that name that the registry does not have. Safe to repeat.
 */
export async function ensureReplicationRole(
  session: Session,
  role: string,
  secret: RoleSecret,
  traits: MajorTraits,
): Promise<void> {
  const name = quoteIdentifier(role);
  // Up to 10 only a superuser may be pg_rewind's source.
  const power = traits.unprivilegedRewind ? 'NOSUPERUSER' : 'SUPERUSER';
  const verifier = scramVerifier(secret.password);
  const note: RoleNote = { made: 'replication', groups: [], password: secret.fingerprint, powerful: true };
  await inTransaction(session, async () => {
    const found = await session.rows('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (found.length > 0) await writeRoleNote(session, role, note);
    const verb = found.length === 0 ? 'CREATE' : 'ALTER';
    await session.run(`${verb} ROLE ${name} LOGIN REPLICATION ${power} PASSWORD '${verifier}'`);
    if (found.length === 0) await enterRole(session, role, note);
    await noteVerifier(session, role, verifier);
    await takeOutMembers(session, role, traits);
    if (traits.unprivilegedRewind) {
      for (const signature of REWIND_FUNCTIONS) {
        await session.run(`GRANT EXECUTE ON FUNCTION pg_catalog.${signature} TO ${name}`);
      }
    }
  });
}

async function takeOutMembers(session: Session, role: string, traits: MajorTraits): Promise<void> {
  const members = await session.rows<{ member: string; grantor: string }>(
    `SELECT pg_get_userbyid(m.member) AS member, pg_get_userbyid(m.grantor) AS grantor
     FROM pg_auth_members m JOIN pg_authid r ON r.oid = m.roleid WHERE r.rolname = $1`,
    [role],
  );
  for (const { member, grantor } of members) {
    const by = traits.grantOptions ? ` GRANTED BY ${quoteIdentifier(grantor)}` : '';
    await session.run(`REVOKE ${quoteIdentifier(role)} FROM ${quoteIdentifier(member)}${by} CASCADE`);
  }
}
