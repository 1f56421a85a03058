import { expect } from 'vitest';
import type { Model } from '../../../../testbed/api/index.ts';
import { serverSql } from '../server-sql.ts';
import { eventually } from './eventually.ts';
import type { Acknowledged, Writer } from './writer.ts';

interface Members {
  primary: string;
  standbys: readonly string[];
}

/** Acknowledged rows that a story has lost so far, by their numbers. */
export type Lost = Set<string>;

/**
 * Every acknowledged row is there exactly once on the primary, but for those that are known to be `lost`; standbys come to hold the
 * same rows.
 */
export async function expectRowsKept(
  model: Model,
  writer: Writer,
  members: Members,
  lost: Lost = new Set(),
): Promise<void> {
  const lacking = await lackingRows(model, writer, members, lost);
  expect(
    lacking.map(({ number }) => number),
    'acknowledged rows that are not there',
  ).toEqual([]);
}

/**
 * As expectRowsKept after a failover: what is newly lost are the very last rows that were acknowledged until the old primary was gone
 * (ms since 1970), with none kept among them. Adds them to `lost`; returns how many they are.
 */
export async function expectOnlyLastLost(
  model: Model,
  writer: Writer,
  members: Members,
  goneMs: number,
  lost: Lost,
): Promise<number> {
  const until = (await writer.acknowledged()).filter(({ atMs }) => atMs <= goneMs);
  const lacking = await lackingRows(model, writer, members, lost);
  const last = lacking.length === 0 ? [] : until.slice(-lacking.length);
  expect(lacking, 'rows lost are the last ones of the old primary').toEqual(last);
  for (const { number } of lacking) lost.add(number);
  return lacking.length;
}

/** The acknowledged rows that the primary has not; checks the others and the standbys. */
async function lackingRows(
  model: Model,
  writer: Writer,
  { primary, standbys }: Members,
  lost: Lost,
): Promise<Acknowledged[]> {
  const acknowledged = await writer.acknowledged();
  const rows = await numbersOn(model, primary);
  const counted = new Map<string, number>();
  for (const number of rows) counted.set(number, (counted.get(number) ?? 0) + 1);
  expect(
    [...counted].filter(([number, times]) => times > 1 || lost.has(number)),
    'rows that are there twice, or again',
  ).toEqual([]);
  const [end = ''] = await serverSql(model, primary, 'SELECT pg_current_wal_insert_lsn()');
  for (const unit of standbys) await expectSameRows(model, unit, rows, end);
  return acknowledged.filter(({ number }) => !counted.has(number) && !lost.has(number));
}

async function expectSameRows(
  model: Model,
  unit: string,
  rows: readonly string[],
  end: string,
): Promise<void> {
  await eventually(`${unit} has replayed ${end}`, async () => {
    const [there] = await serverSql(model, unit, `SELECT pg_last_wal_replay_lsn() >= '${end}'`);
    return there === 't' ? true : null;
  });
  const own = new Set(await numbersOn(model, unit));
  expect(
    rows.filter((number) => !own.has(number)),
    `rows that ${unit} has not`,
  ).toEqual([]);
}

function numbersOn(model: Model, unit: string): Promise<string[]> {
  return serverSql(model, unit, 'SELECT number FROM numbered ORDER BY number', 'client');
}
