/** The operator's options as the charm uses them, and what is wrong with them. */
import type { OptionValue } from '../../juju/model.ts';
import { parseAdminAddresses, parseExtraAuth } from '../../server/extra-auth.ts';
import { extraConfProblems } from '../../server/refused-settings.ts';
import { majorTraits, unknownMajor } from '../../server/versions.ts';

export interface CharmOptions {
  /** Null: the release's default. */
  readonly major: number | null;
  /** False while option version names none: then nothing is made that could not be changed later. */
  readonly majorUsable: boolean;
  readonly locale: string;
  readonly encoding: string;
  readonly adminNetworks: readonly string[];
  readonly extraAuthLines: readonly string[];
  readonly extraConf: string;
  readonly idleReapSeconds: number;
  readonly databasePrivileges: readonly string[];
  readonly extraPackages: readonly string[];
  readonly manualReplication: boolean;
}

export interface ReadOptions {
  readonly options: CharmOptions;
  /** What the operator has to correct, each with its way out. Options that are wrong count as not set. */
  readonly problems: readonly string[];
  /** extra_pg_conf or extra_pg_auth is wrong: the files on disk stay as they are. */
  readonly keepFiles: boolean;
  /** An option that has its say only when the cluster is made is wrong: none is made. */
  readonly mayCreate: boolean;
}

type Options = Readonly<Record<string, OptionValue>>;

/** Options that are declared for later, with the only value that may be set now. */
const unbuilt: Readonly<Record<string, OptionValue>> = {
  streaming_replication: true,
  backup_schedule: '13 4 * * *',
  backup_retention_count: 7,
  backup_dir: '/var/lib/postgresql/backups',
  pgdg: false,
  wal_e_storage_uri: '',
  wal_e_backup_schedule: '13 0 * * *',
  wal_e_backup_retention: 2,
  wal_archive_warn_threshold: 300,
  wal_archive_crit_threshold: 600,
  os_auth_url: '',
  os_username: '',
  os_password: '',
  os_project_name: '',
  os_tenant_name: '',
  os_region_name: '',
  os_identity_api_version: '',
  os_project_domain_name: '',
  os_user_domain_name: '',
  aws_access_key_id: '',
  aws_secret_access_key: '',
  aws_region: '',
  wabs_account_name: '',
  wabs_access_key: '',
  metrics_target: '',
  metrics_prefix: 'dev.$UNIT.postgresql',
  metrics_sample_interval: 5,
  package_status: 'install',
  install_sources: '',
  install_keys: '',
  snapd_refresh: '',
  nagios_context: 'juju',
  nagios_servicegroups: '',
};

const privilegeWords = ['ALL', 'CONNECT', 'CREATE', 'TEMPORARY', 'TEMP'];

/** Reads the options. Total: whatever was set gives options to go on with. */
export function readOptions(values: Options, application: string): ReadOptions {
  const text = (name: string): string => String(values[name] ?? '').trim();
  const major = readMajor(text('version'), application);
  const admin = parseAdminAddresses(text('admin_addresses'));
  const auth = parseExtraAuth(text('extra_pg_auth'));
  const conf = extraConfProblems(String(values['extra_pg_conf'] ?? ''));
  const privileges = readPrivileges(text('relation_database_privileges'));
  const packages = text('extra_packages')
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  const badPackages = packages.filter((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name));
  const idle = Number(values['idle_reap_secs'] ?? 900);
  return {
    options: {
      major: major.major,
      majorUsable: major.problems.length === 0,
      locale: text('locale') === '' ? 'C' : text('locale'),
      encoding: text('encoding') === '' ? 'UTF-8' : text('encoding'),
      adminNetworks: admin.lines,
      extraAuthLines: auth.lines,
      extraConf: String(values['extra_pg_conf'] ?? ''),
      idleReapSeconds: Math.min(Math.max(idle, 0), 2_000_000),
      databasePrivileges: privileges.words,
      extraPackages: packages.filter((name) => !badPackages.includes(name)),
      manualReplication: values['manual_replication'] === true,
    },
    problems: [
      ...unbuiltProblems(values, application),
      ...major.problems,
      ...conf,
      ...auth.problems,
      ...admin.problems,
      ...privileges.problems,
      ...badPackages.map((name) => `extra_packages: "${name.slice(0, 60)}" is not a package name`),
    ],
    keepFiles: conf.length + auth.problems.length > 0,
    mayCreate: major.problems.length === 0,
  };
}

function unbuiltProblems(values: Options, application: string): string[] {
  return Object.entries(unbuilt).flatMap(([name, only]) => {
    const value = values[name];
    if (value === undefined || value === only) return [];
    return [`option ${name} is not built yet; to go on: juju config ${application} --reset ${name}`];
  });
}

function readMajor(text: string, application: string): { major: number | null; problems: readonly string[] } {
  if (text === '') return { major: null, problems: [] };
  const reset = `to go on: juju config ${application} --reset version`;
  const major = /^\d{1,3}$/.test(text) ? Number(text) : null;
  if (major === null) {
    const problem = `version: "${text.slice(0, 40)}" is not a major version such as 15; ${reset}`;
    return { major: null, problems: [problem] };
  }
  return majorTraits(major) === null
    ? { major: null, problems: [`option version: ${unknownMajor(major)}; ${reset}`] }
    : { major, problems: [] };
}

function readPrivileges(text: string): { words: readonly string[]; problems: readonly string[] } {
  const words = text
    .split(',')
    .map((word) => word.trim().toUpperCase())
    .filter((word) => word !== '');
  const wrong = words.find((word) => !privilegeWords.includes(word));
  if (wrong === undefined) return { words, problems: [] };
  const problem = `relation_database_privileges: "${wrong.slice(0, 40)}" is not one of ${privilegeWords.join(', ')}`;
  return { words: ['CONNECT'], problems: [problem] };
}
