import type { RoleNote } from '../../server/catalog-steps.ts';
import { quoteIdentifier, quoteLiteral } from '../../server/identifiers.ts';
import { noteText } from '../../server/role-note.ts';
import type { Session } from '../session.ts';

/** Writes the charm's note on a role into its comment. */
export async function writeRoleNote(session: Session, role: string, note: RoleNote): Promise<void> {
  await session.run(`COMMENT ON ROLE ${quoteIdentifier(role)} IS ${quoteLiteral(noteText(note))}`);
}
