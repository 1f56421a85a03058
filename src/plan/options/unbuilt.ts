/** Options that are declared for later. */

import { entryOf } from '../../server/entry-of.ts';
import type { OptionValues } from './options.ts';

/** Each with the only value that may be set now. */
const unbuilt: OptionValues = {
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

/** A line for each that has another value, with the way back. */
export function unbuiltProblems(values: OptionValues, application: string): string[] {
  return Object.entries(unbuilt).flatMap(([name, only]) => {
    const value = entryOf(values, name);
    if (value === undefined || value === only) return [];
    return [`option ${name} is not built yet; to go on: juju config ${application} --reset ${name}`];
  });
}
