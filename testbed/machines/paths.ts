import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Releases of Debian that a machine can run. */
export type Base = 'bookworm' | 'trixie';
export const bases: readonly Base[] = ['bookworm', 'trixie'];

/** Takes progress lines; a line has no newline at its end. */
export type Log = (line: string) => void;

/** Everything that lives as long as a model. */
export const stateFolder = '/var/lib/juju-testbed';
/** Everything that can be built again. */
export const cacheFolder = '/var/cache/juju-testbed';
/**
 * Every name in the kernel (bridge, veth, name space, cgroup, table) begins with this, so that stale ones are
 * found.
 */
export const prefix = 'jtb';

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The name itself if it can be a folder and a part of host names; throws with the reason otherwise. */
function checkedName(kind: string, name: string): string {
  if (!namePattern.test(name)) {
    throw new Error(`${kind} "${name}" is not usable: use up to 63 lowercase letters, digits and hyphens`);
  }
  return name;
}

export function modelsFolder(): string {
  return join(stateFolder, 'models');
}

/** Folder of a model's state. Throws on a name that cannot be one. */
export function modelFolder(model: string): string {
  return join(modelsFolder(), checkedName('model', model));
}

/** Folder of a machine's state. Throws on a name that cannot be one. */
export function machineFolder(model: string, id: string): string {
  return join(modelFolder(model), 'machines', checkedName('machine', id));
}

/** Folder of a volume's state. Throws on a name that cannot be one. */
export function volumeFolder(model: string, volumeId: string): string {
  return join(modelFolder(model), 'volumes', checkedName('volume', volumeId));
}

/** Six hexadecimal digits for a model: interface names have room for 15 characters only. */
export function modelHash(model: string): string {
  return createHash('sha256').update(model).digest('hex').slice(0, 6);
}

/** Name of a model's bridge on the host. */
export function bridgeName(model: string): string {
  return `${prefix}${modelHash(model)}`;
}

/** Name of a machine's control group below the prefix's own. */
export function cgroupName(model: string, id: string): string {
  return `${model}.${id}`;
}
