/** Tries an operator's raw lines on a throw-away server, before they get anywhere near the real one. */
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConf, quoteConf } from '../server/conf-lines.ts';
import { parseExtraAuth } from '../server/extra-auth.ts';
import { extraConfProblems } from '../server/refused-settings.ts';
import { accountIds } from '../system/accounts.ts';
import { CommandError, runCommand } from '../system/command.ts';
import { withSession } from './session.ts';

const TIMEOUT_MS = 60_000;
const PORT = 5432;

export interface RawOptions {
  readonly extraConf: string;
  readonly extraAuth: string;
}

/**
 * What is wrong with the options, with line numbers of the option's own text; empty when PostgreSQL takes
 * them. First what reading tells; only if that is nothing, the programs in `binDirectory` are asked, which
 * takes about a second.
 */
export async function checkConfiguration(binDirectory: string, options: RawOptions): Promise<string[]> {
  const read = [...extraConfProblems(options.extraConf), ...parseExtraAuth(options.extraAuth).problems];
  if (read.length > 0) return read;
  const { lines, lineNumbers } = parseExtraAuth(options.extraAuth);
  if (options.extraConf.trim() === '' && lines.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), 'postgresql-charm-check-'));
  try {
    const ids = await accountIds('postgres');
    if (ids !== null) await chown(folder, ids.uid, ids.gid);
    const conf = await checkSettings(binDirectory, folder, options.extraConf);
    if (lines.length === 0) return conf;
    const bad = await checkRules(binDirectory, folder, lines);
    const auth = bad.map(
      ({ line, error }) =>
        `extra_pg_auth line ${lineNumbers[line - 1] ?? line}: ${error}: ${lines[line - 1] ?? ''}`,
    );
    return [...conf, ...auth];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The server program reads the settings and ends; each message names the line. */
async function checkSettings(binDirectory: string, folder: string, text: string): Promise<string[]> {
  const path = join(folder, 'extra.conf');
  await writeFile(path, `${text}\n`, { mode: 0o644 });
  const args = ['-D', folder, '-c', `config_file=${path}`, '-C', 'max_connections'];
  try {
    await runCommand(join(binDirectory, 'postgres'), args, {
      timeoutMs: TIMEOUT_MS,
      ...(await accountIds('postgres')),
    });
    return [];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const messages = error.stderrTail
      .split(' | ')
      .filter((line) => !/configuration file|HINT: /.test(line))
      .map((line) => line.replace(/^.*?(?:LOG|FATAL|ERROR):\s*/, ''));
    return (messages.length > 0 ? messages : [error.stderrTail]).map(
      (message) => `extra_pg_conf ${numbered(message, path, text)}`,
    );
  }
}

/**
 * The message with its line in front. For a bad value PostgreSQL names the setting only, so the line is
 * looked up.
 */
function numbered(message: string, path: string, text: string): string {
  const told = /line (\d+)/.exec(message)?.[1];
  const name = /parameter "([^"]+)"/.exec(message)?.[1]?.toLowerCase();
  const line = told ?? parseConf(text).settings.findLast((setting) => setting.name === name)?.line;
  const rest = message.replace(` in file "${path}"`, '').replace(/,? (?:near )?line \d+/, '');
  return line === undefined ? rest : `line ${line}: ${rest}`;
}

interface BadRule {
  readonly line: number;
  readonly error: string;
}

/**
 * A new empty server with no address but its socket reads the rules as its pg_hba.conf after it has started
 * without them.
 */
async function checkRules(
  binDirectory: string,
  folder: string,
  lines: readonly string[],
): Promise<BadRule[]> {
  const ids = await accountIds('postgres');
  const options = { timeoutMs: TIMEOUT_MS, ...ids };
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await runCommand(join(binDirectory, 'initdb'), initdb, options);
  const control = join(binDirectory, 'pg_ctl');
  const socket = `-c listen_addresses= -c unix_socket_directories=${quoteConf(folder)} -c port=${PORT}`;
  const settings = `${socket} -c fsync=off`;
  const log = join(folder, 'log');
  await runCommand(control, ['-D', data, '-s', '-w', '-l', log, '-o', settings, 'start'], options);
  try {
    await writeFile(join(data, 'pg_hba.conf'), `${lines.join('\n')}\n`);
    const rows = await withSession({ socketDirectory: folder, port: PORT }, 'postgres', (session) =>
      session.rows<BadRule>(
        `SELECT line_number AS line, error FROM pg_hba_file_rules
         WHERE error IS NOT NULL ORDER BY line_number`,
      ),
    );
    return rows;
  } finally {
    await runCommand(control, ['-D', data, '-s', '-w', '-m', 'immediate', 'stop'], options);
  }
}
