/** The data directory: whether it holds a cluster, what pg_control says, and whether it is damaged. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterPlace } from '../server/place.ts';
import type { ControlFacts } from '../server/server-facts.ts';
import { accountIds } from '../system/accounts.ts';
import { errorText } from '../system/failed-looks.ts';
import { errorCode, readText } from '../system/files.ts';
import { DamagedControl, readControlData } from './control-data.ts';

export interface DataFacts {
  readonly hasData: boolean;
  readonly control: ControlFacts | null;
  /** Reason nobody can use pg_control; null when it can be used, or when that is not known. */
  readonly damage: string | null;
  /** Reason nothing is known of it. */
  readonly unknown: string | null;
}

const CONTROL_BYTES = 8192;

/** Looks at the data of `place`. Never throws. */
export async function inspectData(place: ClusterPlace): Promise<DataFacts> {
  const { dataDirectory } = place;
  const nothing = { control: null, damage: null, unknown: null };
  try {
    const control = join(dataDirectory, 'global/pg_control');
    const [version, bytes] = await Promise.all([
      readText(join(dataDirectory, 'PG_VERSION')),
      sizeOf(control),
    ]);
    if (version === null && bytes === null) return { ...nothing, hasData: false };
    const stranger = otherMajor(version, place) ?? (await strangerOf(dataDirectory));
    const damage = stranger === null ? damageOf(version, bytes) : null;
    if (damage !== null) return { ...nothing, hasData: true, damage };
    if (stranger !== null) return { ...nothing, hasData: true, unknown: stranger };
    return { ...nothing, hasData: true, control: await readControlData(place) };
  } catch (error) {
    const isDamaged = error instanceof DamagedControl;
    const text = errorText(error);
    return { ...nothing, hasData: true, ...(isDamaged ? { damage: text } : { unknown: text }) };
  }
}

/** Nothing can be said of data that another major has written. */
function otherMajor(version: string | null, { major }: Pick<ClusterPlace, 'major'>): string | null {
  const written = version?.trim() ?? '';
  return written === '' || written === String(major)
    ? null
    : `PG_VERSION says ${written}, the cluster is ${major}`;
}

function damageOf(version: string | null, bytes: number | null): string | null {
  if (bytes === null) return 'global/pg_control is missing';
  if (bytes < CONTROL_BYTES) return `global/pg_control holds ${bytes} of ${CONTROL_BYTES} bytes`;
  return (version ?? '').trim() === '' ? 'PG_VERSION is missing or empty' : null;
}

/** Data on a volume that came from another machine may belong to an account of that one. */
async function strangerOf(dataDirectory: string): Promise<string | null> {
  const ids = await accountIds('postgres');
  const { uid } = await stat(dataDirectory);
  if (ids === null || uid === ids.uid) return null;
  return `${dataDirectory} belongs to account ${uid}; give it back: chown -R postgres:postgres ${dataDirectory}`;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}
