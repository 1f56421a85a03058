import { createWriteStream, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/**
 * Zips a charm's folder into a `.charm` as Juju takes it: links stay links, run bits inside. Returns
 * `target`.
 */
export async function zipCharm(folder: string, target: string): Promise<string> {
  const zip = new ZipFile();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    const { mode } = lstatSync(path);
    if (lstatSync(path).isDirectory()) zip.addEmptyDirectory(name, { mode });
    else {
      const content = lstatSync(path).isSymbolicLink() ? Buffer.from(readlinkSync(path)) : readFileSync(path);
      zip.addBuffer(content, name, { mode, compress: false });
    }
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target));
  return target;
}
