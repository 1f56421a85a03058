/** The repository's own source files, as the rules of docs/architecture.md see them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** Path from the repository's top. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Files git tracks, or would track, below a folder, with one of the endings. */
export function sourceFiles(folder: string, endings: readonly string[]): SourceFile[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--', folder],
    { cwd: root, encoding: 'utf8' },
  );
  return listed
    .split('\n')
    .filter((path) => endings.some((ending) => path.endsWith(ending)) && existsSync(join(root, path)))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, lines: text.split('\n') };
    });
}

export interface Import {
  readonly from: string;
  /** Path from the top for a relative import, else the package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Static and lazy imports and re-exports of a file. */
export function importsOf(file: SourceFile): Import[] {
  const pattern =
    /^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...file.text.matchAll(pattern)].map((match) => {
    const target = match[2] ?? match[3] ?? match[4] ?? '';
    const to = target.startsWith('.') ? normalize(join(dirname(file.path), target)) : target;
    return { from: file.path, to, typeOnly: match[1] !== undefined };
  });
}
