/** Folders of a cluster: Debian's layout, with the data directory on Juju storage when there is one. */

export interface ClusterPlace {
  readonly major: number;
  /** Debian's cluster name; the charm's is `main`. */
  readonly name: string;
  /** Real path of the data directory. */
  readonly dataDirectory: string;
  readonly configDirectory: string;
  readonly logFile: string;
  readonly binDirectory: string;
  readonly socketDirectory: string;
  readonly port: number;
}

/** Folder of what the charm itself remembers on this machine. */
export const stateDirectory = '/var/lib/postgresql-charm';

/** Data directory in which Debian looks for `major`; a symlink when the data is on storage. */
export function usualDataDirectory(major: number): string {
  return `/var/lib/postgresql/${major}/main`;
}

/** The charm's cluster of `major`, its data below `storageLocation` when that is not null. */
export function clusterPlace(major: number, storageLocation: string | null): ClusterPlace {
  return {
    major,
    name: 'main',
    dataDirectory: storageLocation === null ? usualDataDirectory(major) : `${storageLocation}/${major}/main`,
    configDirectory: `/etc/postgresql/${major}/main`,
    logFile: `/var/log/postgresql/postgresql-${major}-main.log`,
    binDirectory: `/usr/lib/postgresql/${major}/bin`,
    socketDirectory: '/var/run/postgresql',
    port: 5432,
  };
}

/** Files of a cluster that the charm writes, by what they are for. */
export interface ManagedPaths {
  readonly settings: string;
  /** conf.d/60-recovery.conf from 12 on, PGDATA/recovery.conf before. */
  readonly recovery: string;
  readonly hba: string;
  readonly ident: string;
  readonly startConf: string;
  readonly signal: string;
  readonly passfile: string;
}

/** Paths of the charm's files in `place`; `recoveryIn` comes from the major's traits. */
export function managedPaths(place: ClusterPlace, recoveryIn: 'recovery.conf' | 'signal'): ManagedPaths {
  const recoveryConf = `${place.dataDirectory}/recovery.conf`;
  const inSettings = recoveryIn === 'signal';
  return {
    settings: `${place.configDirectory}/conf.d/50-charm.conf`,
    recovery: inSettings ? `${place.configDirectory}/conf.d/60-recovery.conf` : recoveryConf,
    hba: `${place.configDirectory}/pg_hba.conf`,
    ident: `${place.configDirectory}/pg_ident.conf`,
    startConf: `${place.configDirectory}/start.conf`,
    signal: inSettings ? `${place.dataDirectory}/standby.signal` : recoveryConf,
    passfile: `${place.configDirectory}/charm.pgpass`,
  };
}
