/** Tries lines of postgresql.conf on the server program, before they get anywhere near the real server. */
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type LineProblem, parseConf } from '../server/conf-lines.ts';
import { refusedLines } from '../server/refused-settings.ts';
import { accountIds } from '../system/accounts.ts';
import { CommandError, runCommand } from '../system/command.ts';
import { ensureFolder } from '../system/files.ts';

const TIMEOUT_MS = 20_000;
/** Kinds of faults that hide one another: syntax, names, values, a value set twice. */
const TRIALS = 5;
const MESSAGES_READ = 1_000;
/** Messages come to this program whatever the lines make of logging; what is said here wins over a file. */
const plainMessages = [
  'lc_messages=C',
  'log_destination=stderr',
  'logging_collector=off',
  'log_line_prefix=',
  'log_min_messages=warning',
  'log_error_verbosity=terse',
];

/**
 * Problems of `text`, sorted by line: those that parsing finds, and for the other lines those that the server program in `binDirectory`
 * prints, in folder `scratch`. PostgreSQL names faults of one kind only, so it is asked again without the lines it has named. Throws when
 * it cannot be asked.
 */
export async function settingProblems(
  binDirectory: string,
  scratch: string,
  text: string,
): Promise<string[]> {
  const problems: LineProblem[] = refusedLines(text);
  for (let trial = 1; trial <= TRIALS; trial += 1) {
    const rest = withoutLines(text, problems);
    if (parseConf(rest).settings.length === 0) break;
    const found = await askServer(binDirectory, scratch, rest);
    problems.push(...found);
    if (!found.some(({ line }) => line > 0)) break;
  }
  return problems
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, reason }) => `extra_pg_conf ${line > 0 ? `line ${line}: ` : ''}${reason}`);
}

/** Makes `scratch` an empty folder for PostgreSQL's programs: a check that was killed has left it. The caller closes it. */
export async function openScratch(scratch: string): Promise<void> {
  await closeScratch(scratch);
  await ensureFolder(dirname(scratch));
  await mkdir(scratch, { mode: 0o700 });
  const ids = await accountIds('postgres');
  if (ids !== null) await chown(scratch, ids.uid, ids.gid);
}

/** Removes the folder. Programs of a check that was killed may still write in it for a moment. */
export async function closeScratch(scratch: string): Promise<void> {
  await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** The text with the lines of `problems` empty, so that the others keep their numbers. */
function withoutLines(text: string, problems: readonly LineProblem[]): string {
  const left = new Set(problems.map(({ line }) => line));
  return text
    .split('\n')
    .map((line, index) => (left.has(index + 1) ? '' : line))
    .join('\n');
}

/** The program reads the settings, prints one and ends; each message names a line or a setting. Line 0: neither. */
async function askServer(binDirectory: string, scratch: string, text: string): Promise<LineProblem[]> {
  const path = join(scratch, 'extra.conf');
  const settings = [`config_file=${path}`, ...plainMessages].flatMap((setting) => ['-c', setting]);
  try {
    await openScratch(scratch);
    await writeFile(path, `${text}\n`, { mode: 0o644 });
    await runCommand(join(binDirectory, 'postgres'), ['-D', scratch, ...settings, '-C', 'max_connections'], {
      timeoutMs: TIMEOUT_MS,
      tailLines: MESSAGES_READ,
      ...(await accountIds('postgres')),
    });
    return [];
  } catch (error) {
    if (!(error instanceof CommandError) || !isVerdict(error, path)) throw error;
    return problemsIn(error.stderrTail.split(' | '), path, text);
  } finally {
    await closeScratch(scratch);
  }
}

/** Values that do not fit: PostgreSQL names the setting only, so its line is looked up. */
function problemsIn(printed: readonly string[], path: string, text: string): LineProblem[] {
  const { settings } = parseConf(text);
  return printed
    .filter((line) => /(?:LOG|FATAL|ERROR): /.test(line) && !line.includes('configuration file "'))
    .map((line) => {
      const message = line.replace(/^.*?(?:LOG|FATAL|ERROR):\s*/, '');
      const lineNumber = /line (\d+)/.exec(message)?.[1];
      const name = /parameter "([^"]+)"/.exec(message)?.[1]?.toLowerCase();
      const found = lineNumber ?? settings.findLast((setting) => setting.name === name)?.line ?? 0;
      const reason = message.replace(` in file "${path}"`, '').replace(/,? (?:near )?line \d+/, '');
      return { line: Number(found), reason };
    });
}

/** Other endings (no program, no space, no time) prove nothing about the lines. */
function isVerdict({ exitCode, stderrTail }: CommandError, path: string): boolean {
  return exitCode !== null && stderrTail.includes(`"${path}" contains errors`);
}
