import { createHash } from 'node:crypto';
import { archivePackages } from './archive-packages.ts';
import type { Base } from './paths.ts';

/** Folder of the packages inside an image. */
export const archiveFolder = '/var/local/archive';

/** All that decides what an image holds; a change of any of it makes another image. */
export interface Recipe {
  base: Base;
  packages: readonly string[];
  archive: readonly string[];
  masked: readonly string[];
  files: readonly { path: string; content: string }[];
  locales: readonly string[];
}

// A cloud image has these; a charm may count on them.
const packages: readonly string[] = [
  'apt-utils',
  'bash',
  'ca-certificates',
  'cron',
  'dbus',
  'iproute2',
  'iputils-ping',
  'less',
  'locales',
  'netbase',
  'openssl',
  'perl',
  'procps',
  'python3',
  'sudo',
  'systemd',
  'systemd-sysv',
];

// They cost boot time, wake up on their own, or want what a machine here does not have: a console, a clock,
// devices.
const masked: readonly string[] = [
  'apt-daily-upgrade.timer',
  'apt-daily.timer',
  'console-getty.service',
  'dev-hugepages.mount',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'getty.target',
  'sys-fs-fuse-connections.mount',
  'systemd-ask-password-console.path',
  'systemd-ask-password-wall.path',
  'systemd-hostnamed.socket',
  'systemd-logind.service',
  'systemd-networkd.service',
  'systemd-networkd.socket',
  'systemd-resolved.service',
  'systemd-timesyncd.service',
];

const files: Recipe['files'] = [
  { path: '/etc/apt/sources.list', content: `deb [trusted=yes] file:${archiveFolder} ./\n` },
  { path: '/etc/apt/apt.conf.d/testbed', content: 'Acquire::Languages "none";\n' },
  { path: '/etc/resolv.conf', content: '# There is no name server here.\n' },
  {
    path: '/etc/systemd/journald.conf.d/testbed.conf',
    content: '[Journal]\nStorage=persistent\nSystemMaxUse=64M\nRateLimitIntervalSec=0\n',
  },
];

/** The recipe of a base's image. */
export function recipe(base: Base): Recipe {
  return { base, packages, archive: archivePackages[base], masked, files, locales: ['en_US.UTF-8'] };
}

/** Twelve hexadecimal digits that change whenever the recipe does. */
export function recipeHash(content: Recipe): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}
