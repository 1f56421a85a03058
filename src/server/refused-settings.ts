/**
 * Settings that an operator may not choose, because the charm stands on them. All others are the
 * operator's.
 */
import { type ConfSetting, type LineProblem, parseConf } from './conf-lines.ts';

type Refusal = (value: string) => string | null;

/** Words that PostgreSQL reads as true: `on`, `1`, and beginnings of `true` and `yes`. */
const on = /^(on|1|t(r(ue?)?)?|y(es?)?)$/i;
const never =
  (reason: string): Refusal =>
  () =>
    reason;
const mustBeOn =
  (reason: string): Refusal =>
  (value) =>
    on.test(value) ? null : reason;

const layout = 'the charm looks for the file where Debian puts it';
const replication = 'the charm decides who follows whom; use the actions switchover and replication-pause';
const inclusion = 'the charm cannot check an included file; put its lines into extra_pg_conf';

const refusals: ReadonlyMap<string, Refusal> = new Map([
  ['data_directory', never(layout)],
  ['hba_file', never(layout)],
  ['ident_file', never(layout)],
  ['external_pid_file', never(layout)],
  ['unix_socket_directories', never('the charm connects over /var/run/postgresql')],
  ['port', never('clients are told port 5432')],
  ['include', never(inclusion)],
  ['include_dir', never(inclusion)],
  ['include_if_exists', never(inclusion)],
  ['primary_conninfo', never(replication)],
  ['primary_slot_name', never(replication)],
  ['promote_trigger_file', never(replication)],
  ['restore_command', never(replication)],
  ['standby_mode', never(replication)],
  ['hot_standby', mustBeOn('clients read from standbys')],
  ['full_page_writes', mustBeOn('a former primary could not be rewound')],
  ['wal_log_hints', mustBeOn('a former primary could not be rewound')],
  ['wal_level', (value) => (/^(replica|logical)$/i.test(value) ? null : 'standbys need replica or logical')],
  [
    'password_encryption',
    (value) => (/^scram-sha-256$/i.test(value) ? null : 'clients are let in by scram-sha-256 only'),
  ],
  [
    'listen_addresses',
    (value) =>
      /(^|,)\s*(\*|0\.0\.0\.0)\s*(,|$)/.test(value) ? null : 'clients and units connect over the network',
  ],
]);

function refusalOf({ name, value }: ConfSetting): string | null {
  if (name.startsWith('recovery_')) return replication;
  return refusals.get(name)?.(value) ?? null;
}

/** Lines of option extra_pg_conf that are refused without asking PostgreSQL: `port cannot be set: …`. */
export function refusedLines(text: string): LineProblem[] {
  const { settings, problems } = parseConf(text);
  const refused = settings.flatMap((setting) => {
    const reason = refusalOf(setting);
    return reason === null
      ? []
      : [{ line: setting.line, reason: `${setting.name} cannot be set: ${reason}` }];
  });
  return [...problems, ...refused].toSorted((a, b) => a.line - b.line);
}
