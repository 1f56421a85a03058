import type { Command } from 'commander';
import type { StatusDocument } from '../../protocol/status-types.ts';
import { formatted } from '../printing.ts';
import { refuse, usageError } from '../refusal.ts';
import { type ModelOptions, type Session, withModel } from '../session.ts';
import { statusTable } from '../status-table.ts';
import { unitsOf } from '../units.ts';
import { durationMs, verb } from '../verb.ts';

interface StatusOptions extends ModelOptions {
  format: string;
  relations?: boolean;
  storage?: boolean;
  watch?: number;
}

/** Registers status. */
export function registerStatus(program: Command): void {
  verb(program, 'status [patterns...]', 'Shows the model: applications, units, machines.')
    .option('--format <format>', 'tabular, yaml, json, short (oneline, line), summary', 'tabular')
    .option('--relations', 'with relations')
    .option('--integrations', 'with relations')
    .option('--storage', 'with storage')
    .option('--watch <interval>', 'again and again, such as 2s', durationMs)
    .option('--color', 'there are no colours')
    .option('--no-color', 'there are no colours')
    .option('--utc', 'times always are')
    .action((patterns: string[], options: StatusOptions & { integrations?: boolean }) =>
      withModel(options, async (session) => {
        const shown = { ...options, relations: options.relations ?? options.integrations ?? false };
        if (options.watch !== undefined) return watch(session, patterns, shown, options.watch);
        process.stdout.write(rendered(session, await selected(session, patterns), shown));
      }),
    );
}

async function selected(session: Session, patterns: string[]): Promise<StatusDocument> {
  const status = await session.client.call('status', {});
  return patterns.length === 0 ? status : narrowed(status, patterns);
}

function rendered(session: Session, status: StatusDocument, options: StatusOptions): string {
  switch (options.format) {
    case 'tabular':
      return statusTable(status, {
        juju: session.model.juju,
        relations: options.relations ?? false,
        storage: options.storage ?? false,
      });
    case 'short':
    case 'oneline':
    case 'line':
      return shortStatus(status);
    case 'summary':
      return usageError('the summary format is not made here: use tabular, yaml, json or short');
    default: {
      const { relations: _relations, ...document } = status;
      return formatted(options.format, document);
    }
  }
}

/** One line a unit, as `--format short`. */
export function shortStatus(status: StatusDocument): string {
  const lines = unitsOf(status).map(({ name, status: unit, principal }) => {
    const ports = (unit['open-ports'] ?? []).map((port) => ` ${port}`).join(',');
    const states = `agent:${unit['juju-status'].current}, workload:${unit['workload-status'].current}`;
    const indent = principal === undefined ? '' : '  ';
    return `${indent}- ${name}: ${unit['public-address'] ?? ''} (${states})${ports}\n`;
  });
  return lines.join('');
}

/**
 * Keeps the applications and units that match any pattern (`pg`, `pg/0`, `p*`, a status word) and their
 * machines.
 */
export function narrowed(status: StatusDocument, patterns: string[]): StatusDocument {
  const tests = patterns.map(
    (text) =>
      new RegExp(
        `^${text
          .replace(/[.+^$()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
      ),
  );
  const hit = (...words: string[]): boolean => tests.some((test) => words.some((word) => test.test(word)));
  const applications: StatusDocument['applications'] = {};
  for (const [name, app] of Object.entries(status.applications)) {
    const units = Object.entries(app.units ?? {}).filter(([unit, of]) =>
      hit(
        name,
        unit,
        of['workload-status'].current,
        of['juju-status'].current,
        ...Object.keys(of.subordinates ?? {}),
      ),
    );
    if (hit(name) || units.length > 0) applications[name] = { ...app, units: Object.fromEntries(units) };
  }
  const used = new Set(
    Object.values(applications).flatMap((app) => Object.values(app.units ?? {}).map((unit) => unit.machine)),
  );
  const machines = Object.entries(status.machines).filter(([id]) => used.has(id));
  if (Object.keys(applications).length === 0) refuse(`nothing matched "${patterns.join(' ')}"`);
  const relations = status.relations.filter((relation) =>
    relation.endpoints.some((endpoint) => (endpoint.split(':')[0] ?? '') in applications),
  );
  return { ...status, applications, machines: Object.fromEntries(machines), relations };
}

/** Draws anew at every change of the model, at most once an interval. Ends only with the process. */
async function watch(
  session: Session,
  patterns: string[],
  options: StatusOptions,
  intervalMs: number,
): Promise<void> {
  for (let version = 0; ; ) {
    const text = rendered(session, await selected(session, patterns), options);
    process.stdout.write(process.stdout.isTTY ? `\u001b[H\u001b[2J${text}` : `${text}\n`);
    await new Promise((done) => setTimeout(done, intervalMs));
    ({ version } = await session.client.call('changes.wait', { after: version, timeoutMs: 60_000 }));
  }
}
