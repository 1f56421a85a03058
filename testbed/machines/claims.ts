import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { names } from './records.ts';

/**
 * Claims on numbers, kept as files named by the number that hold the owner. A link is made or refused in one
 * step, so two processes never get the same number, and there is no lock to be left behind.
 *
 * Returns the number that the owner holds in the folder, after claiming the first free one of the candidates
 * if it held none. Throws with outOfNumbers when all are taken.
 */
export function claimNumber(
  folder: string,
  owner: string,
  candidates: Iterable<number>,
  outOfNumbers: string,
): number {
  const held = claimOf(folder, owner);
  if (held !== undefined) return held;
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${process.pid}.${owner}`);
  writeFileSync(temporary, owner);
  try {
    for (const number of candidates) {
      if (linkUnlessExists(temporary, join(folder, String(number)))) return number;
    }
  } finally {
    rmSync(temporary, { force: true });
  }
  throw new Error(outOfNumbers);
}

/** The number that the owner holds in the folder, if any. */
export function claimOf(folder: string, owner: string): number | undefined {
  const held = names(folder).find((name) => !name.startsWith('.') && ownerOf(join(folder, name)) === owner);
  return held === undefined ? undefined : Number(held);
}

/** Gives back what the owner holds in the folder. */
export function releaseClaim(folder: string, owner: string): void {
  const held = claimOf(folder, owner);
  if (held !== undefined) rmSync(join(folder, String(held)), { force: true });
}

function ownerOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Released in the meantime.
  }
}

function linkUnlessExists(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
