import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** A file of a charm, from an archive or a folder. */
export type CharmEntry =
  | { path: string; kind: 'folder'; mode: number }
  | { path: string; kind: 'file'; mode: number; content: () => Buffer }
  | { path: string; kind: 'link'; target: string };

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/**
 * Reads a zip file with Unix modes: folders, files, symbolic links. Throws an Error when it is not a zip or
 * holds what Juju refuses (pipes, sockets, devices).
 */
export function readArchive(path: string): CharmEntry[] {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || zip.readUInt32LE(end) !== endOfDirectory) {
    throw new Error(`cannot read charm archive "${path}": zip: not a valid zip file`);
  }
  const entries: CharmEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== directoryEntry)
      throw new Error(`cannot read charm archive "${path}": bad entry`);
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    entries.push(toEntry(zip, at, name));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function toEntry(zip: Buffer, at: number, name: string): CharmEntry {
  const mode = zip.readUInt32LE(at + 38) >>> 16;
  const path = name.replace(/\/$/, '');
  const format = mode & 0o170000;
  if (name.endsWith('/') || format === 0o040000) return { path, kind: 'folder', mode: 0o755 };
  const content = (): Buffer => unpack(zip, at);
  if (format === 0o120000) return { path, kind: 'link', target: content().toString() };
  if (format !== 0 && format !== 0o100000) throw new Error(`file is not a regular file: "${path}"`);
  return { path, kind: 'file', mode: mode & 0o777, content };
}

function unpack(zip: Buffer, at: number): Buffer {
  const method = zip.readUInt16LE(at + 10);
  const size = zip.readUInt32LE(at + 20);
  const header = zip.readUInt32LE(at + 42);
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const packed = zip.subarray(start, start + size);
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed);
  throw new Error(`zip: unsupported compression method ${method}`);
}
