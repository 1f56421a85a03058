import { unwatchFile, watchFile } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import type { LogLine } from '../../protocol/admin.ts';
import { usageError } from '../refusal.ts';
import { type ModelOptions, type Session, withModel } from '../session.ts';
import { count, repeatable, verb } from '../verb.ts';

interface LogOptions extends ModelOptions {
  replay?: boolean;
  lines: number;
  tail?: boolean;
  include: string[];
  exclude: string[];
  includeModule: string[];
  excludeModule: string[];
  level: string;
}

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR'];

/** Registers debug-log. */
export function registerDebugLog(program: Command): void {
  verb(
    program,
    'debug-log',
    'Shows what units and the controller said; goes on in a terminal until interrupted.',
  )
    .option('--replay', 'from the beginning')
    .option('-n, --lines <count>', 'how many earlier lines', count, 10)
    .option('--limit <count>', 'the same as --lines', count)
    .option('--tail', 'goes on')
    .option('--no-tail', 'ends after the earlier lines')
    .addOption(repeatable('-i, --include <entity>', 'only these: unit-pg-0, pg/0'))
    .addOption(repeatable('-x, --exclude <entity>', 'not these'))
    .addOption(repeatable('--include-module <module>', 'only these modules'))
    .addOption(repeatable('--exclude-module <module>', 'not these modules'))
    .option('-l, --level <level>', `the least: ${levels.join(', ')}`, 'INFO')
    .option('--color', 'there are no colours')
    .option('--ms', 'milliseconds are never shown')
    .option('--utc', 'times always are')
    .action((options: LogOptions & { limit?: number }) =>
      withModel(options, (session) => show(session, options)),
    );
}

async function show(session: Session, options: LogOptions & { limit?: number }): Promise<void> {
  const wanted = filter(options);
  const all = (await session.client.call('log', {})).lines.filter(wanted);
  const shown = options.replay ? all : all.slice(-(options.limit ?? options.lines) || all.length);
  for (const line of shown) console.log(logText(line));
  if (options.tail ?? process.stdout.isTTY) await followLog(session.model.logPath, wanted);
}

/** A line as debug-log prints it: `unit-pg-0: 12:00:01 INFO unit.pg/0.juju-log text`. */
export function logText(line: LogLine): string {
  return `${line.entity}: ${line.at.slice(11, 19)} ${line.level} ${line.module} ${line.message}`;
}

function filter(options: LogOptions): (line: LogLine) => boolean {
  const least = levels.indexOf(options.level.toUpperCase());
  if (least < 0) usageError(`level value "${options.level}" is not one of ${levels.join(', ')}`);
  const entity = (text: string): string => (text.includes('/') ? `unit-${text.replace('/', '-')}` : text);
  const about = (line: LogLine, names: string[]): boolean =>
    names.some((name) => {
      const wanted = entity(name);
      return line.entity === wanted || new RegExp(`^${wanted.replaceAll('*', '.*')}$`).test(line.entity);
    });
  const within = (line: LogLine, modules: string[]): boolean =>
    modules.some((module) => line.module === module || line.module.startsWith(`${module}.`));
  return (line) =>
    levels.indexOf(line.level) >= least &&
    (options.include.length === 0 || about(line, options.include)) &&
    !about(line, options.exclude) &&
    (options.includeModule.length === 0 || within(line, options.includeModule)) &&
    !within(line, options.excludeModule);
}

/** Prints lines as they are added to the file; ends only with the process. */
async function followLog(path: string, wanted: (line: LogLine) => boolean): Promise<void> {
  const file = await open(path, 'r');
  let position = (await file.stat()).size;
  let rest = '';
  const drain = async (): Promise<void> => {
    const { bytesRead, buffer } = await file.read({ position, buffer: Buffer.alloc(1 << 16) });
    if (bytesRead === 0) return;
    position += bytesRead;
    const texts = (rest + buffer.subarray(0, bytesRead).toString()).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) {
      const line = JSON.parse(text) as LogLine;
      if (wanted(line)) console.log(logText(line));
    }
    await drain();
  };
  await new Promise<void>((_, reject) => {
    watchFile(path, { interval: 200 }, () => {
      drain().catch(reject);
    });
  }).finally(() => unwatchFile(path));
}
