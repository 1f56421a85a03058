import { expect } from 'vitest';
import type { Model } from '../../../../testbed/api/index.ts';
import { serverSql } from '../server-sql.ts';
import { eventually } from './eventually.ts';
import { startProgram, stopProgram } from './programs.ts';

const acknowledgedFile = '/var/log/acknowledged';

/** One row that the server has acknowledged. */
export interface Acknowledged {
  number: string;
  atMs: number;
}

/** A client that writes numbered rows all the time. */
export interface Writer {
  acknowledged(): Promise<Acknowledged[]>;
  /** Waits until a row has been acknowledged after now. */
  goesOn(): Promise<void>;
  /** The longest pause between two acknowledgements since a moment (ms since 1970). */
  longestGapMs(sinceMs: number): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts a writer on the classic client's machine, once the client has an address to write to. When that fails it tries the
 * servers of `others`, as a client must that may meet what a dead primary has said.
 */
export async function startWriter(
  model: Model,
  client: string,
  others: readonly string[] = [],
): Promise<Writer> {
  const machine = await model.machineOf(client);
  const address = await eventually('the client has an address', async () => {
    const { stdout } = await machine.exec('find /etc/pgclient -name db');
    return stdout.trim() || null;
  });
  const hosts = await Promise.all(others.map(async (unit) => (await model.machineOf(unit)).address));
  await startProgram(model, client, 'writer-program', [address, acknowledgedFile, hosts.join(',')]);
  const acknowledged = async (): Promise<Acknowledged[]> => {
    const { stdout } = await machine.exec(`cat ${acknowledgedFile}`);
    return stdout
      .split('\n')
      .filter((line) => line.includes(' '))
      .map((line) => line.split(' '))
      .map(([number = '', atMs = '']) => ({ number, atMs: Number(atMs) }));
  };
  const writer: Writer = {
    acknowledged,
    async goesOn() {
      const sinceMs = Date.now();
      await eventually('the writer goes on', async () => {
        const { stdout } = await machine.exec(`tail -n 1 ${acknowledgedFile}`);
        return Number(stdout.split(' ')[1]) > sinceMs ? true : null;
      });
    },
    async longestGapMs(sinceMs) {
      const times = (await acknowledged()).map(({ atMs }) => atMs);
      const gaps = times.flatMap((atMs, index) =>
        atMs < sinceMs ? [] : [atMs - (times[index - 1] ?? atMs)],
      );
      return Math.max(0, ...gaps);
    },
    stop: () => stopProgram(model, client, 'writer-program'),
  };
  await writer.goesOn();
  return writer;
}

/**
 * Every acknowledged row is there exactly once on the primary, and standbys come to hold the same rows. `mayLack` is how many of the
 * acknowledged rows a story allows to be lost; returns how many were.
 */
export async function expectRowsKept(
  model: Model,
  writer: Writer,
  units: { primary: string; standbys: readonly string[] },
  mayLack = 0,
): Promise<number> {
  const acknowledged = await writer.acknowledged();
  const rows = await numbersOn(model, units.primary);
  const counted = new Map<string, number>();
  for (const number of rows) counted.set(number, (counted.get(number) ?? 0) + 1);
  const lacking = acknowledged.filter(({ number }) => !counted.has(number)).map(({ number }) => number);
  expect(lacking.slice(mayLack), 'acknowledged rows that are not there').toEqual([]);
  expect(
    [...counted].filter(([, times]) => times > 1),
    'rows that are there twice',
  ).toEqual([]);
  const [last = ''] = await serverSql(model, units.primary, 'SELECT pg_current_wal_insert_lsn()');
  for (const unit of units.standbys) {
    await eventually(`${unit} has replayed ${last}`, async () => {
      const [there] = await serverSql(model, unit, `SELECT pg_last_wal_replay_lsn() >= '${last}'`);
      return there === 't' ? true : null;
    });
    const own = new Set(await numbersOn(model, unit));
    expect(
      rows.filter((number) => !own.has(number)),
      `rows that ${unit} has not`,
    ).toEqual([]);
  }
  return lacking.length;
}

function numbersOn(model: Model, unit: string): Promise<string[]> {
  return serverSql(model, unit, 'SELECT number FROM numbered ORDER BY number', 'client');
}
