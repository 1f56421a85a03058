/** Parses the files that a server has read, each text once. */
import { replicationRole } from '../shipped.ts';
import { remembered } from './remembered.ts';
import type { Files, Unit, World } from './world.ts';

/** Upstream in the recovery settings, and the slot. */
export interface Following {
  readonly host: string | null;
  readonly slot: string | null;
}

const nobody: Following = { host: null, slot: null };
const followings = new Map<string, Following>();
const admissions = new Map<string, ReadonlySet<string>>();
const orders = new Map<string, Readonly<Record<string, number>>>();

/** Upstream of a server with these files. */
export function followingIn({ paths }: World, files: Files): Following {
  const text = files[paths.recovery] ?? null;
  if (text === null) return nobody;
  return remembered(followings, text, () => ({
    host: /^primary_conninfo = .*\bhost=([^\s']+)/m.exec(text)?.[1] ?? null,
    slot: /^primary_slot_name = '(\w+)'/m.exec(text)?.[1] ?? null,
  }));
}

/** Addresses that may replicate. */
export function admittedBy({ paths }: World, unit: Unit): ReadonlySet<string> {
  const text = unit.server.loaded[paths.hba] ?? '';
  return remembered(admissions, text, () => {
    const lines = text.matchAll(new RegExp(`^host replication "${replicationRole}" ([\\d.]+)`, 'gm'));
    return new Set([...lines].map(([, address]) => address ?? ''));
  });
}

const defaults = {
  max_connections: 100,
  max_worker_processes: 8,
  max_wal_senders: 10,
  max_prepared_transactions: 0,
  max_locks_per_transaction: 64,
};

/** The ordered settings as these files have them. */
export function orderedIn({ paths }: World, files: Files): Readonly<Record<string, number>> {
  const text = files[paths.settings] ?? '';
  return remembered(orders, text, () => {
    const found = [...text.matchAll(/^(\w+) = '?(\d+)'?$/gm)].flatMap(([, name, value]) =>
      name !== undefined && name in defaults ? [[name, Number(value)] as const] : [],
    );
    return { ...defaults, ...Object.fromEntries(found) };
  });
}

/** The host and password that the passfile has lines for. */
export function passfileOf(
  { paths }: World,
  unit: Unit,
): { hosts: readonly string[]; fingerprint: string } | null {
  const heading = unit.kept.server.files[paths.passfile] ?? null;
  if (heading === null) return null;
  return remembered(
    passfiles,
    heading,
    () => JSON.parse(heading.slice(2)) as { hosts: string[]; fingerprint: string },
  );
}

const passfiles = new Map<string, { hosts: readonly string[]; fingerprint: string }>();
