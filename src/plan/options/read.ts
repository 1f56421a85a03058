/** Reading of all options but those with raw lines (raw-lines.ts); one file for each that needs more than a line. */
import { parseAdminAddresses } from '../../server/extra-auth.ts';
import { readDatabasePrivileges } from './database-privileges.ts';
import { readExtraPackages } from './extra-packages.ts';
import { type OptionValues, type ReadOptions, textOf } from './options.ts';
import { unbuiltProblems } from './unbuilt.ts';
import { readVersion } from './version.ts';

/** Longest idle_in_transaction_session_timeout PostgreSQL takes, in whole seconds. */
const LONGEST_IDLE_SECONDS = 2_000_000;

/** Reads the options. Total: whatever was set gives options to go on with. */
export function readOptions(values: OptionValues, application: string): ReadOptions {
  const text = (name: string): string => textOf(values, name);
  const version = readVersion(text('version'), application);
  const admin = parseAdminAddresses(text('admin_addresses'));
  const privileges = readDatabasePrivileges(text('relation_database_privileges'));
  const packages = readExtraPackages(text('extra_packages'));
  const idle = Number(values['idle_reap_secs'] ?? 900);
  return {
    options: {
      major: version.major,
      majorUsable: version.problems.length === 0,
      locale: text('locale') === '' ? 'C' : text('locale'),
      encoding: text('encoding') === '' ? 'UTF-8' : text('encoding'),
      adminNetworks: admin.lines,
      idleReapSeconds: Math.min(Math.max(idle, 0), LONGEST_IDLE_SECONDS),
      databasePrivileges: privileges.privileges,
      extraPackages: packages.names,
      manualReplication: values['manual_replication'] === true,
    },
    problems: [
      ...unbuiltProblems(values, application),
      ...version.problems,
      ...admin.problems,
      ...privileges.problems,
      ...packages.problems,
    ],
    mayCreate: version.problems.length === 0,
  };
}
