/** Tries lines of pg_hba.conf on a new empty cluster, before they get anywhere near the real server. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseExtraAuth } from '../server/extra-auth.ts';
import { parsedJson } from '../server/json.ts';
import { accountIds } from '../system/accounts.ts';
import { runCommand } from '../system/command.ts';
import { closeScratch, openScratch } from './check-settings.ts';

const TIMEOUT_MS = 60_000;

const rowsShape = z.array(z.object({ line: z.int(), error: z.string() }));
/** A rule that was understood has a type: its error only says that it cannot match now (hostssl without SSL). */
const question = `SELECT coalesce(jsonb_agg(jsonb_build_object('line', line_number, 'error', error) ORDER BY line_number), '[]') AS found
  FROM pg_hba_file_rules WHERE error IS NOT NULL AND type IS NULL`;

/**
 * Problems of `text`: those that parsing finds, and for the other lines those that PostgreSQL prints, whose programs are in `binDirectory`.
 * Takes a second or two, in folder `scratch`. Throws when PostgreSQL cannot be asked.
 */
export async function ruleProblems(binDirectory: string, scratch: string, text: string): Promise<string[]> {
  const { lines, lineNumbers, problems } = parseExtraAuth(text);
  if (lines.length === 0) return [...problems];
  try {
    await openScratch(scratch);
    const found = await askServer(binDirectory, scratch, lines);
    const asked = found.map(
      ({ line, error }) =>
        `extra_pg_auth line ${lineNumbers[line - 1] ?? line}: ${error}: ${(lines[line - 1] ?? '').slice(0, 60)}`,
    );
    return [...problems, ...asked];
  } finally {
    await closeScratch(scratch);
  }
}

/** A server of one session, without processes and sockets, that ends with its input: whatever ends this program ends it too. */
async function askServer(
  binDirectory: string,
  folder: string,
  lines: readonly string[],
): Promise<z.infer<typeof rowsShape>> {
  const options = { timeoutMs: TIMEOUT_MS, ...(await accountIds('postgres')) };
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await runCommand(join(binDirectory, 'initdb'), initdb, options);
  const rules = join(folder, 'rules');
  const input = join(folder, 'question');
  await writeFile(rules, `${lines.join('\n')}\n`, { mode: 0o644 });
  await writeFile(input, `${question.replaceAll('\n', ' ')}\n`, { mode: 0o644 });
  const settings = [`hba_file=${rules}`, 'fsync=off'].flatMap((setting) => ['-c', setting]);
  const server = [join(binDirectory, 'postgres'), '--single', '-D', data, ...settings, 'postgres'];
  const printed = await runCommand('sh', ['-c', 'exec "$@" <"$0"', input, ...server], options);
  const answer = /\bfound = "(\[.*\])"\s/.exec(printed)?.[1];
  const rows = rowsShape.safeParse(parsedJson(answer ?? ''));
  if (!rows.success) throw new Error('PostgreSQL did not say what it makes of the lines');
  return rows.data;
}
