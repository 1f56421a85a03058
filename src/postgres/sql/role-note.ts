import type { RoleComment } from '../../server/catalog-steps.ts';
import { quoteIdentifier, quoteLiteral } from '../../server/identifiers.ts';
import { roleCommentText } from '../../server/role-comment.ts';
import type { Session } from '../session.ts';

/** Writes the charm's note on a role into its comment. */
export async function writeRoleNote(session: Session, role: string, note: RoleComment): Promise<void> {
  await session.run(`COMMENT ON ROLE ${quoteIdentifier(role)} IS ${quoteLiteral(roleCommentText(note))}`);
}
