/** The one table of what each major version of PostgreSQL needs. No other file compares versions. */

/** Traits of a major. */
export interface MajorTraits {
  readonly major: number;
  /** Up to 11 recovery settings live in PGDATA/recovery.conf; later a signal file plus ordinary settings. */
  readonly recoveryIn: 'recovery.conf' | 'signal';
  /** primary_conninfo and primary_slot_name take effect by reload. */
  readonly upstreamReloads: boolean;
  /** Name of the setting that keeps WAL for standbys without a slot, and how it counts. */
  readonly walKeep: { readonly setting: 'wal_keep_segments' | 'wal_keep_size'; readonly unitMb: number };
  /** max_slot_wal_keep_size and pg_replication_slots.wal_status exist. */
  readonly boundedSlots: boolean;
  /** pg_promote() exists; before it only pg_ctl promote. */
  readonly promoteFunction: boolean;
  /** A role without superuser may be the source of pg_rewind, given four functions. */
  readonly unprivilegedRewind: boolean;
  /** pg_rewind fetches missing WAL by restore_command (-c) and shuts an unclean target down by itself. */
  readonly rewindRestoresWal: boolean;
  /** Wait events are shown even with track_activities off. */
  readonly waitsAlwaysShown: boolean;
  /** pg_ident_file_mappings exists. */
  readonly identErrorsShown: boolean;
  /** GRANT of a role takes WITH INHERIT / SET options, and CREATEROLE alone grants nothing. */
  readonly grantOptions: boolean;
}

const OLDEST = 10;
const NEWEST = 18;

/** Traits of `major`, or null when the charm does not know that major (it knows 10 to 18). */
export function majorTraits(major: number): MajorTraits | null {
  if (!Number.isInteger(major) || major < OLDEST || major > NEWEST) return null;
  return {
    major,
    recoveryIn: major >= 12 ? 'signal' : 'recovery.conf',
    upstreamReloads: major >= 13,
    walKeep:
      major >= 13 ? { setting: 'wal_keep_size', unitMb: 1 } : { setting: 'wal_keep_segments', unitMb: 16 },
    boundedSlots: major >= 13,
    promoteFunction: major >= 12,
    unprivilegedRewind: major >= 11,
    rewindRestoresWal: major >= 13,
    waitsAlwaysShown: major >= 14,
    identErrorsShown: major >= 15,
    grantOptions: major >= 16,
  };
}

/** The refusal of a major the charm does not know, for a status. */
export function unknownMajor(major: number): string {
  return `PostgreSQL ${major} is not supported: set version to one from ${OLDEST} to ${NEWEST}`;
}

/**
 * Major of a version text: `15.9` → 15, `17beta1` → 17; null for anything that does not begin with a
 * number.
 */
export function majorOf(version: string): number | null {
  const digits = /^\d+/.exec(version)?.[0];
  return digits === undefined ? null : Number(digits);
}
