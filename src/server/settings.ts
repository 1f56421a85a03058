/** The settings the charm gives a server, and the view of templates/postgresql.conf. */
import { parseConf, quoteConf } from './conf-lines.ts';
import type { MajorTraits } from './versions.ts';

export interface DesiredSettings {
  readonly traits: MajorTraits;
  readonly clusterName: string;
  readonly ramBytes: number;
  /** Free and used space of the volume that holds the data; null if unknown. */
  readonly volumeBytes: number | null;
  /** Units of the application, this one included. */
  readonly memberCount: number;
  /** Units on endpoint master, each of which may stream. */
  readonly replicationClientCount: number;
  /** Seconds after which a session idle in a transaction is ended; 0 never. */
  readonly idleReapSeconds: number;
  /** Debian's self-signed certificate is there. */
  readonly certificate: boolean;
  /** Name to log under in syslog besides the log file; null: only to the file. */
  readonly syslogIdent: string | null;
  /** Raw text of option extra_pg_conf, already found acceptable. */
  readonly extraConf: string;
  /** Values that must hold for now although other ones are wanted (cluster/: raise on standbys first). */
  readonly held: Readonly<Record<string, number>>;
}

export interface SettingsView {
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  readonly extra: string;
  readonly held: readonly { readonly name: string; readonly value: string }[];
}

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** Senders beyond one per member: clones, pg_receivewal, an operator's base backup. */
const SPARE_SENDERS = 10;
/** WAL kept even without a slot: pg_rewind needs the last common checkpoint after a crash recovery. */
const WAL_KEEP_MB = 512;

/** Settings that a standby must not have lower than its primary. */
export const orderedSettingNames = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
] as const;

/** PostgreSQL's own values (10 to 18): what a line that is taken out of extra_pg_conf goes back to has its order too. */
const orderedDefaults = {
  max_connections: 100,
  max_worker_processes: 8,
  max_prepared_transactions: 0,
  max_locks_per_transaction: 64,
};

const LOG_LINE_PREFIX = '%m [%p] %q%u@%d ';

/** Settings for postgresql.conf, in a fixed order. */
export function settingsView(desired: DesiredSettings): SettingsView {
  const values: [string, string | number][] = [
    ['cluster_name', desired.clusterName],
    ['listen_addresses', '*'],
    ['port', 5432],
    ['max_connections', 100],
    ['shared_buffers', `${sharedBuffersMb(desired.ramBytes)}MB`],
    ['password_encryption', 'scram-sha-256'],
    ...certificateSettings(desired.certificate),
    ['wal_level', 'logical'],
    ['wal_log_hints', 'on'],
    ['hot_standby', 'on'],
    ['wal_retrieve_retry_interval', '1s'],
    // A machine that is lost says nothing. Until this is over its standbys think that they stream, and a primary that
    // stops for a handover waits for a standby that is gone.
    ['wal_receiver_timeout', '20s'],
    ['wal_sender_timeout', '20s'],
    ['max_wal_senders', senderCount(desired)],
    ['max_replication_slots', senderCount(desired)],
    ...retentionSettings(desired),
    ['archive_mode', 'on'],
    ['archive_command', '/bin/true'],
    ['idle_in_transaction_session_timeout', `${desired.idleReapSeconds}s`],
    ['log_line_prefix', LOG_LINE_PREFIX],
    ['log_checkpoints', 'on'],
    ['log_lock_waits', 'on'],
    ...syslogSettings(desired.syslogIdent),
  ];
  return {
    settings: values.map(([name, value]) => ({ name, value: quoteConf(String(value)) })),
    extra: desired.extraConf.trimEnd(),
    held: Object.entries(desired.held)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ name, value: String(value) })),
  };
}

/** Ordered settings as desired: PostgreSQL's and the charm's own values, or what extra_pg_conf says instead. */
export function desiredOrderedSettings(desired: DesiredSettings): Record<string, number> {
  const values: Record<string, number> = { ...orderedDefaults, max_wal_senders: senderCount(desired) };
  for (const { name, value } of parseConf(desired.extraConf).settings) {
    const ordered = orderedSettingNames.some((known) => known === name);
    if (ordered && /^\d+$/.test(value)) values[name] = Number(value);
  }
  return values;
}

function senderCount(desired: DesiredSettings): number {
  return SPARE_SENDERS + desired.memberCount + desired.replicationClientCount;
}

/** Prefix of the log's lines: the charm's own, or the one in extra_pg_conf. */
export function logLinePrefix(extraConf: string): string {
  const own = parseConf(extraConf).settings.findLast(({ name }) => name === 'log_line_prefix');
  return own?.value ?? LOG_LINE_PREFIX;
}

function syslogSettings(ident: string | null): [string, string][] {
  if (ident === null) return [];
  return [
    ['log_destination', 'stderr,syslog'],
    ['syslog_ident', ident],
  ];
}

/** A quarter of the memory, from 16 MiB to 8 GiB. */
function sharedBuffersMb(ramBytes: number): number {
  const quarter = Math.floor(ramBytes / 4 / MIB);
  return Math.min(Math.max(quarter, 16), (8 * GIB) / MIB);
}

function certificateSettings(certificate: boolean): [string, string][] {
  if (!certificate) return [['ssl', 'off']];
  return [
    ['ssl', 'on'],
    ['ssl_cert_file', '/etc/ssl/certs/ssl-cert-snakeoil.pem'],
    ['ssl_key_file', '/etc/ssl/private/ssl-cert-snakeoil.key'],
  ];
}

function retentionSettings({ traits, volumeBytes }: DesiredSettings): [string, string | number][] {
  const keep: [string, string | number] = [traits.walKeep.setting, WAL_KEEP_MB / traits.walKeep.unitMb];
  if (!traits.boundedSlots) return [keep];
  // A slot of a standby that never comes back must not fill the volume: it may hold a quarter, 1 GiB at
  // least.
  const bound = volumeBytes === null ? 16 * 1024 : Math.max(1024, Math.floor(volumeBytes / 4 / MIB));
  return [keep, ['max_slot_wal_keep_size', `${bound}MB`]];
}
