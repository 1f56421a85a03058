/** Errors PostgreSQL finds in files of settings, told from settings that only wait for a restart. */

/** Errors in the files now on disk, with file and line. Each kind holds up its own files only. */
export interface FileErrors {
  /** Errors in files of settings, the operator's too: the server takes none or not all of them, and would not start. */
  readonly settings: readonly string[];
  /** Errors in pg_hba.conf and pg_ident.conf: the server keeps the rules it has loaded, and would not start. */
  readonly access: readonly string[];
}

/** A row of pg_file_settings. */
export interface SettingRow {
  readonly file: string | null;
  readonly line: number | null;
  readonly name: string | null;
  readonly error: string;
}

/** Texts of the rows that are errors. `waiting` are settings that PostgreSQL would take at its next start. */
export function settingErrors(rows: readonly SettingRow[], waiting: readonly string[]): string[] {
  return rows.filter((row) => !isWaiting(row, waiting)).map(errorText);
}

/** A line that was changed says that it "could not be applied"; one that was taken out is told of without file, line and name. */
function isWaiting({ file, name, error }: SettingRow, waiting: readonly string[]): boolean {
  if (name !== null) return error === 'setting could not be applied' && waiting.includes(name.toLowerCase());
  return file === null && waiting.some((setting) => error.toLowerCase().includes(`"${setting}"`));
}

/** `/etc/…/99-mine.conf line 3: work_mem: …` */
function errorText({ file, line, name, error }: SettingRow): string {
  const where = file === null ? [] : [line === null ? file : `${file} line ${line}`];
  return [...where, ...(name === null ? [] : [name]), error].join(': ');
}

/** The text for a blocked status; null when there is no error. */
export function fileErrorsProblem({ settings, access }: FileErrors): string | null {
  const errors = [...settings, ...access];
  if (errors.length === 0) return null;
  const wayOut =
    'correct or remove the lines named; until then the server goes on with what it has loaded, and would not start again';
  return `PostgreSQL does not accept its configuration: ${errors.join('; ')} (${wayOut})`;
}
