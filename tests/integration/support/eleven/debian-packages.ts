import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { release, serverBinaries } from './binaries.ts';

const version = `${release}-0testbed1`;
const programs = '/usr/lib/postgresql/11';
const share = '/usr/share/postgresql/11';

/** Of the binaries there is only the server; these come from the base's own clients, which talk to 11 too. */
const clientMajor = 15;
const clientPrograms = ['pg_basebackup', 'pg_dump', 'pg_dumpall', 'pg_isready', 'pg_restore', 'psql'];

/**
 * Makes an archive for apt with the packages `postgresql-11` and `postgresql-client-11`, laid out as Debian's
 * were, which its own archive no longer has. There is no pg_rewind in them, and control-data.pl stands in for
 * pg_controldata. Returns its folder, which the caller removes.
 */
export function makePackages(): string {
  const folder = mkdtempSync(join(tmpdir(), 'postgresql-11-'));
  chmodSync(folder, 0o755);
  const stage = join(folder, 'stage');
  stageServer(stage);
  makePackage(folder, stage, 'postgresql-11', [
    `postgresql-client-11 (= ${version})`,
    'libc6',
    'libgcc-s1',
    'libstdc++6',
    'locales | locales-all',
    'perl-base',
    'postgresql-common',
    'ssl-cert',
    'tzdata',
  ]);
  stageClients(stage);
  makePackage(folder, stage, 'postgresql-client-11', [
    `postgresql-client-${clientMajor}`,
    'postgresql-client-common',
  ]);
  execFileSync('sh', ['-ec', 'apt-ftparchive packages . > Packages'], { cwd: folder });
  return folder;
}

function stageServer(stage: string): void {
  const from = serverBinaries();
  const into = stage + programs;
  cpSync(join(from, 'bin'), join(into, 'bin'), { recursive: true });
  for (const library of globSync('*.so*', { cwd: join(from, 'lib') })) {
    cpSync(join(from, 'lib', library), join(into, 'lib', library), { verbatimSymlinks: true });
  }
  for (const module of globSync('postgresql/*.so', { cwd: join(from, 'lib') })) {
    cpSync(join(from, 'lib', module), join(into, 'lib', module));
  }
  cpSync(join(from, 'share/postgresql'), stage + share, { recursive: true });
  // Folder in which these programs look, relative to their own.
  mkdirSync(join(into, 'share'));
  symlinkSync(share, join(into, 'share/postgresql'));
  const controlData = join(into, 'bin/pg_controldata');
  cpSync(join(import.meta.dirname, 'control-data.pl'), controlData);
  chmodSync(controlData, 0o755);
  const script = '. /usr/share/postgresql-common/maintscripts-functions';
  mkdirSync(join(stage, 'DEBIAN'));
  writeScript(
    join(stage, 'DEBIAN/postinst'),
    `${script}\n[ "$1" != configure ] || configure_version 11 "$2"\n`,
  );
  writeScript(join(stage, 'DEBIAN/prerm'), `${script}\nstop_version 11\n`);
}

function stageClients(stage: string): void {
  mkdirSync(join(stage + programs, 'bin'), { recursive: true });
  for (const name of clientPrograms) {
    symlinkSync(`/usr/lib/postgresql/${clientMajor}/bin/${name}`, join(stage + programs, 'bin', name));
  }
}

/** Packs what is in `stage`, and empties it. */
function makePackage(folder: string, stage: string, name: string, depends: readonly string[]): void {
  const fields = {
    Package: name,
    Version: version,
    Architecture: 'amd64',
    Maintainer: 'nobody <nobody@localhost>',
    Depends: depends.join(', '),
    Description: `PostgreSQL ${release} for tests`,
  };
  const lines = Object.entries(fields).map(([field, value]) => `${field}: ${value}\n`);
  mkdirSync(join(stage, 'DEBIAN'), { recursive: true });
  writeFileSync(join(stage, 'DEBIAN/control'), lines.join(''));
  // Nothing is won by compressing what goes to a machine on the same disk.
  const command = [
    '--root-owner-group',
    '-Znone',
    '--build',
    basename(stage),
    `${name}_${version}_amd64.deb`,
  ];
  execFileSync('dpkg-deb', command, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(stage, { recursive: true });
}

function writeScript(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\nset -e\n${text}`);
  chmodSync(path, 0o755);
}
