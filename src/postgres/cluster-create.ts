/**
 * Making the charm's cluster, so that a kill at any point leaves something the next attempt recognises as
 * its own.
 */
import { readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quoteConf } from '../server/conf-lines.ts';
import type { ClusterPlace } from '../server/place.ts';
import type { Account } from '../system/accounts.ts';
import { runCommand } from '../system/command.ts';
import { ensureFolder, errorCode, exists, writeAtomic } from '../system/files.ts';
import { systemctl, systemdRuns } from '../system/systemd.ts';
import { setAside } from './data-aside.ts';
import { foreignClusters } from './foreign-clusters.ts';
import { debianRoots, type MachineRoots } from './machine.ts';
import { readManaged, writeManaged } from './managed-text.ts';
import { type Marker, readMarker, writeMarker } from './marker.ts';
import { postmasterPid } from './postmaster.ts';

const TIMEOUT_MS = 10 * 60_000;

/**
 * Makes the cluster at `place`: an empty one by pg_createcluster or, when the data directory on Juju
 * storage holds data already or a clone has put it there, only its configuration. Throws when something the
 * charm did not make is in the way.
 */
export async function createCluster(
  roots: MachineRoots,
  place: ClusterPlace,
  locale: string,
  encoding: string,
): Promise<void> {
  const marker = (await readMarker(roots.state)) ?? (await newMarker(roots, place));
  if (marker.made && (await readManaged(join(place.configDirectory, 'start.conf'))) !== null) return;
  if (marker.how === 'adopt' || marker.made) {
    await writeConfiguration(place);
  } else {
    await initialise(roots, place, locale, encoding);
  }
  await linkUsualPath(roots, place);
  if (systemdRuns()) await systemctl(['daemon-reload']);
  await writeMarker(roots.state, { ...marker, made: true });
}

async function newMarker(roots: MachineRoots, place: ClusterPlace): Promise<Marker> {
  const foreign = await foreignClusters(roots, null);
  const inTheWay = foreign.find((found) => found.startsWith(`${place.major}/${place.name} at `));
  if (inTheWay !== undefined) throw new Error(`a cluster that the charm did not make is here: ${inTheWay}`);
  const holdsData = await exists(join(place.dataDirectory, 'PG_VERSION'));
  if (!holdsData) await refuseUnlessEmpty(place.dataDirectory);
  const marker: Marker = { place, how: holdsData ? 'adopt' : 'initdb', made: false };
  await writeMarker(roots.state, marker);
  return marker;
}

async function refuseUnlessEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  if (names.length > 0) throw new Error(`${folder} is not empty and holds no cluster; move its content away`);
}

/**
 * Leftovers of an attempt that was killed are the charm's by the marker; they are renamed, since a rename
 * loses nothing.
 */
async function initialise(
  roots: MachineRoots,
  place: ClusterPlace,
  locale: string,
  encoding: string,
): Promise<void> {
  if ((await postmasterPid(place.dataDirectory)) !== null) {
    throw new Error(`a server runs in ${place.dataDirectory}, which is only being made; stop it`);
  }
  await setAside(place.dataDirectory);
  // Out of its major's folder: Debian takes every configuration in there for a cluster and starts it at boot.
  await setAside(place.configDirectory, join(roots.configuration, `${place.major}-${place.name}`));
  await ensureFolder(dirname(place.dataDirectory), 'postgres');
  // biome-ignore format: options with their values
  const args = [
    '--datadir', place.dataDirectory, '--logfile', place.logFile, '--socketdir', place.socketDirectory,
    '--port', String(place.port), '--start-conf', 'manual', '--no-status', '--quiet',
    '--locale', locale, '--encoding', encoding, String(place.major), place.name, '--', '--data-checksums',
  ];
  // Set at all, the variable keeps Debian from telling apt about the cluster, so only a rehearsal sets it.
  const env = roots === debianRoots ? {} : { PG_CLUSTER_CONF_ROOT: roots.configuration };
  await runCommand('pg_createcluster', args, { timeoutMs: TIMEOUT_MS, env });
}

/** Writes into /etc what pg_createcluster would have, for data that came without configuration files. */
async function writeConfiguration(place: ClusterPlace): Promise<void> {
  const folder = place.configDirectory;
  await ensureFolder(dirname(folder), 'postgres');
  await ensureFolder(join(folder, 'conf.d'), 'postgres');
  const file: { mode: number; owner: Account } = { mode: 0o644, owner: 'postgres' };
  const settings: [string, string][] = [
    ['data_directory', place.dataDirectory],
    ['hba_file', join(folder, 'pg_hba.conf')],
    ['ident_file', join(folder, 'pg_ident.conf')],
    ['external_pid_file', join(place.socketDirectory, `${place.major}-${place.name}.pid`)],
    ['unix_socket_directories', place.socketDirectory],
    ['port', String(place.port)],
    ['dynamic_shared_memory_type', 'posix'],
    ['max_wal_size', '1GB'],
    ['include_dir', 'conf.d'],
  ];
  const lines = settings.map(([name, value]) =>
    name === 'include_dir' ? `include_dir ${quoteConf(value)}` : `${name} = ${quoteConf(value)}`,
  );
  const heading = '# Written by the PostgreSQL charm for data that came without configuration.';
  const text = [heading, ...lines, ''].join('\n');
  // Files that are there are the operator's.
  const provide = async (name: string, content: string, options: typeof file): Promise<void> => {
    const path = join(folder, name);
    if ((await readManaged(path)) === null) await writeManaged(path, content, options);
  };
  await provide('postgresql.conf', text, file);
  await provide('environment', '', file);
  await provide('pg_ctl.conf', "pg_ctl_options = ''\n", file);
  for (const name of ['pg_hba.conf', 'pg_ident.conf']) await provide(name, '', { ...file, mode: 0o640 });
  const log = { mode: 0o640, owner: 'postgres' } as const;
  if (!(await exists(place.logFile))) await writeAtomic(place.logFile, '', log);
  // Last, because its presence says that the configuration is complete.
  await writeManaged(join(folder, 'start.conf'), 'manual\n', file);
}

/** With the data on storage, Debian's usual path leads there. */
async function linkUsualPath(roots: MachineRoots, place: ClusterPlace): Promise<void> {
  const usual = join(roots.data, String(place.major), place.name);
  if (usual === place.dataDirectory || (await exists(usual))) return;
  await ensureFolder(dirname(usual), 'postgres');
  await symlink(place.dataDirectory, usual);
}
