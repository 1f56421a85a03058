/** Import cycles, type-only imports included: strongly connected components of the import graph (Tarjan). */
import type { Import } from './source-files.ts';

/** Each ring of files that import one another, sorted by path; a file that imports itself is a ring of one. */
export function importCycles(imports: readonly Pick<Import, 'from' | 'to'>[]): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  const indexOf = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const rings: string[][] = [];

  function visit(path: string): void {
    const index = indexOf.size;
    indexOf.set(path, index);
    lowest.set(path, index);
    open.push(path);
    for (const target of targets.get(path) ?? []) {
      if (!indexOf.has(target)) visit(target);
      if (open.includes(target)) {
        lowest.set(path, Math.min(lowest.get(path) ?? index, lowest.get(target) ?? index));
      }
    }
    if (lowest.get(path) !== index) return;
    const ring = open.splice(open.indexOf(path));
    if (ring.length > 1 || targets.get(path)?.has(path)) rings.push(ring.sort());
  }

  for (const path of targets.keys()) if (!indexOf.has(path)) visit(path);
  return rings;
}
