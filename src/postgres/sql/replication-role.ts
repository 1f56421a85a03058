import type { RoleComment } from '../../server/catalog-steps.ts';
import { quoteIdentifier } from '../../server/identifiers.ts';
import type { MajorTraits } from '../../server/versions.ts';
import type { RoleSecret } from '../machine.ts';
import { scramVerifier } from '../scram.ts';
import { inTransaction, type Session } from '../session.ts';
import { writeRoleNote } from './role-note.ts';

/** Functions that pg_rewind calls on its source. */
const REWIND_FUNCTIONS = [
  'pg_ls_dir(text, boolean, boolean)',
  'pg_stat_file(text, boolean)',
  'pg_read_binary_file(text)',
  'pg_read_binary_file(text, bigint, bigint, boolean)',
];

/** Makes the role units replicate and rewind with, or brings it up to date. Safe to repeat. */
export async function ensureReplicationRole(
  session: Session,
  role: string,
  secret: RoleSecret,
  traits: MajorTraits,
): Promise<void> {
  const name = quoteIdentifier(role);
  // Up to 10 only a superuser may be pg_rewind's source.
  const power = traits.unprivilegedRewind ? 'NOSUPERUSER' : 'SUPERUSER';
  const note: RoleComment = { made: 'replication', groups: [], password: secret.fingerprint };
  await inTransaction(session, async () => {
    const found = await session.rows('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    const verb = found.length === 0 ? 'CREATE' : 'ALTER';
    await session.run(
      `${verb} ROLE ${name} LOGIN REPLICATION ${power} PASSWORD '${scramVerifier(secret.password)}'`,
    );
    if (traits.unprivilegedRewind) {
      for (const signature of REWIND_FUNCTIONS) {
        await session.run(`GRANT EXECUTE ON FUNCTION pg_catalog.${signature} TO ${name}`);
      }
    }
    await writeRoleNote(session, role, note);
  });
}
