/** Libraries that client charms are written with, from PyPI. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const cache = join(import.meta.dirname, '../../../.cache');
/** Of the machines' base bookworm. */
const python = '3.11';
const packages = ['ops==3.9.0', 'ops-lib-pgsql==1.4', 'dpcharmlibs-interfaces==1.2.2'];

/** The folder with the libraries, as a charm carries them: for the Python of the machine, not of this computer. Fetched once. */
export function clientLibraries(): string {
  const folder = join(cache, `client-libraries-${python}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const platforms = ['manylinux_2_28', 'manylinux2014'].flatMap((name) => [
    '--platform',
    `${name}_${architecture}`,
  ]);
  const machine = ['--python-version', python, '--only-binary', ':all:', ...platforms];
  try {
    execFileSync('python3', [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--target',
      unfinished,
      ...machine,
      ...packages,
    ]);
  } catch (error) {
    throw new Error(
      `the libraries of client charms cannot be fetched from PyPI; needed: python3 with pip, and a network`,
      {
        cause: error,
      },
    );
  }
  renameSync(unfinished, folder);
  return folder;
}
