/** The operator's options, as config.yaml has them, as far as they matter. */
export const options = {
  version: '',
  locale: 'C',
  encoding: 'UTF-8',
  relation_database_privileges: 'ALL',
  extra_pg_conf: 'log_connections = true\n',
  extra_pg_auth: '',
  extra_packages: '',
  admin_addresses: '',
  idle_reap_secs: 900,
  manual_replication: false,
  streaming_replication: true,
};
