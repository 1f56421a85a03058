import { join } from 'node:path';
import { groupsName } from './cgroup.ts';
import { cgroupName, machineFolder } from './paths.ts';
import type { PortNames } from './port.ts';
import type { Bind, MachineRecord } from './records.ts';
import { shareInside } from './volumes.ts';

// Runs in a mount name space of its own, which sees later mounts of the host but shows it none. There it lays
// the one cgroup2 tree over whatever else the host has, so that every host looks the same to nspawn and to
// the systemd inside (which since version 257 wants no other), enters the machine's group, and becomes
// nspawn.
const launcher = `
test "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs || mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p "/sys/fs/cgroup/$1"
echo $$ > "/sys/fs/cgroup/$1/cgroup.procs"
shift
exec env SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_TMPFS_TMP=0 "$@"
`;

/** The command that becomes the machine's supervisor; it ends when the machine does. */
export function nspawnCommand(
  model: string,
  record: MachineRecord,
  { nameSpace }: PortNames,
  volumeBinds: readonly Bind[],
): string[] {
  const folder = machineFolder(model, record.id);
  const share: Bind = { from: join(folder, 'share'), to: shareInside, readOnly: true };
  const name = cgroupName(model, record.id);
  return [
    'unshare',
    '--mount',
    '--propagation=slave',
    'sh',
    '-ec',
    launcher,
    'sh',
    `${groupsName}/${name}`,
    'systemd-nspawn',
    '--quiet',
    '--boot',
    '--console=read-only',
    '--register=no',
    '--keep-unit',
    '--link-journal=no',
    '--resolv-conf=off',
    '--timezone=off',
    `--machine=${name}`,
    `--hostname=${record.hostname}`,
    `--directory=${join(folder, 'root')}`,
    `--network-namespace-path=/run/netns/${nameSpace}`,
    ...[...record.binds, ...volumeBinds, share].map(bindOption),
  ];
}

function bindOption({ from, to, readOnly }: Bind): string {
  const escaped = [from, to].map((path) => path.replace(/[\\:]/g, '\\$&'));
  return `--bind${readOnly ? '-ro' : ''}=${escaped.join(':')}`;
}
