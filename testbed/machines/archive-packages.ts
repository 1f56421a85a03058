import type { Base } from './paths.ts';

/**
 * Packages that a machine can install with apt-get: these, with all they depend on or recommend. The one place in this folder that knows
 * what the machines are used for.
 */
const anyBase: readonly string[] = [
  'ca-certificates',
  'cron',
  'iproute2',
  'jq',
  'openssl',
  'pgbackrest',
  'postgresql',
  'postgresql-client',
  'postgresql-contrib',
  'procps',
  'python3',
  'python3-minimal',
  'python3-psycopg2',
  'python3-yaml',
  'rsyslog',
  'ssl-cert',
  'sudo',
];

export const archivePackages: Record<Base, readonly string[]> = {
  bookworm: [...anyBase, 'postgresql-15', 'postgresql-client-15', 'postgresql-plperl-15'],
  trixie: [...anyBase, 'postgresql-17', 'postgresql-client-17', 'postgresql-plperl-17'],
};
