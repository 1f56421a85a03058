import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { majorOf } from '../server/versions.ts';
import { errorCode, exists } from '../system/files.ts';

/** Newest major whose server program is in `programs` (/usr/lib/postgresql), or null. Throws when that cannot be told. */
export async function installedMajor(programs: string): Promise<number | null> {
  const names = await readdir(programs).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const majors = await Promise.all(
    names.map(async (name) => {
      const major = /^\d+$/.test(name) ? majorOf(name) : null;
      if (major === null) return null;
      return (await exists(join(programs, name, 'bin', 'postgres'))) ? major : null;
    }),
  );
  return majors.reduce((best, major) => (major !== null && major > (best ?? 0) ? major : best), null);
}
