import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildCharm } from '../../../scripts/build.ts';
import type { Architecture } from '../../../scripts/node-binary.ts';
import { packCharm } from '../../../scripts/pack.ts';

const root = join(import.meta.dirname, '../../..');
const architecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
const sources = ['src', 'templates', 'hooks', 'actions', 'metadata.yaml', 'config.yaml', 'actions.yaml'];

let packed: Promise<string> | undefined;

/** Path of the packed charm for this machine; packed anew, once a process, when it is missing or older than its sources. */
export function packedCharm(): Promise<string> {
  packed ??= pack();
  return packed;
}

async function pack(): Promise<string> {
  const target = join(root, `postgresql_${architecture}.charm`);
  const packedMs = modifiedMs(target);
  if (sources.every((name) => newestMs(join(root, name)) < packedMs)) return target;
  await buildCharm();
  return packCharm(architecture);
}

function newestMs(path: string): number {
  const own = modifiedMs(path);
  if (!lstatSync(path).isDirectory()) return own;
  return Math.max(own, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/** 0 when there is no such file. */
function modifiedMs(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
