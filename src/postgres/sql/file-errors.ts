import { type FileErrors, type SettingRow, settingErrors } from '../../server/file-errors.ts';
import type { MajorTraits } from '../../server/versions.ts';
import type { Session } from '../session.ts';

/** Classes of SQLSTATE for files that cannot be opened or read: no permission, no such file, an error of the disk. */
const UNREADABLE = /^(42501|58)/;

/** Errors in the files now on disk, whether or not they have been loaded. */
export async function readFileErrors(session: Session, traits: MajorTraits): Promise<FileErrors> {
  const settings = await readSettingErrors(session);
  const hba = await readRuleErrors(session, 'pg_hba.conf', 'pg_hba_file_rules', 'type');
  const ident = traits.identErrorsShown
    ? await readRuleErrors(session, 'pg_ident.conf', 'pg_ident_file_mappings', 'map_name')
    : [];
  return { settings, access: [...hba, ...ident] };
}

/** Reading the file's settings marks those that wait for a restart, in this session, so what waits is asked after it. */
async function readSettingErrors(session: Session): Promise<string[]> {
  const rows = await session.rows<SettingRow>(
    `SELECT sourcefile AS file, sourceline AS line, name, error FROM pg_file_settings
      WHERE error IS NOT NULL ORDER BY seqno`,
  );
  if (rows.length === 0) return [];
  const waiting = await session.rows<{ name: string }>(
    'SELECT lower(name) AS name FROM pg_settings WHERE pending_restart',
  );
  return settingErrors(
    rows,
    waiting.map(({ name }) => name),
  );
}

interface RuleRow {
  readonly row: {
    readonly file_name?: string | null;
    readonly line_number: number | null;
    readonly error: string;
  };
}

/** A rule that was understood and can only never match (hostssl without SSL) has an error too, and its other columns; it is none. */
async function readRuleErrors(
  session: Session,
  file: string,
  view: string,
  column: string,
): Promise<string[]> {
  try {
    const rows = await session.rows<RuleRow>(
      `SELECT row_to_json(r) AS row FROM ${view} r WHERE error IS NOT NULL AND ${column} IS NULL`,
    );
    return rows.map(({ row }) => `${row.file_name ?? file} line ${row.line_number ?? '?'}: ${row.error}`);
  } catch (error) {
    if (error instanceof Error && UNREADABLE.test(String((error as { code?: string }).code))) {
      return [error.message];
    }
    throw error;
  }
}
