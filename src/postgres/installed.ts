import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { majorOf } from '../server/versions.ts';

/** Newest major whose server program is in `programs` (/usr/lib/postgresql), or null. */
export async function installedMajor(programs: string): Promise<number | null> {
  const names = await readdir(programs).catch(() => []);
  const majors = await Promise.all(
    names.map(async (name) => {
      const major = /^\d+$/.test(name) ? majorOf(name) : null;
      if (major === null) return null;
      const there = await access(join(programs, name, 'bin', 'postgres')).then(
        () => true,
        () => false,
      );
      return there ? major : null;
    }),
  );
  return majors.reduce((best, major) => (major !== null && major > (best ?? 0) ? major : best), null);
}
