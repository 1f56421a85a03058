/** The sources of a TypeScript project as the compiler sees them. */

import type { SourceFile } from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API, type Checker } from 'typescript/unstable/sync';
import { root } from './source-files.ts';

export interface Checked {
  readonly checker: Checker;
  readonly sources: readonly SourceFile[];
}

/** Hands the repository's sources below a folder to a look. */
export function withSources<T>(folder: string, look: (checked: Checked) => T): T {
  return withProject(new API({ cwd: root }), `${root}/tsconfig.json`, `${root}/${folder}/`, look);
}

/** Hands one file that exists nowhere but in a test to a look. */
export function withText<T>(text: string, look: (checked: Checked) => T): T {
  const files = { '/tsconfig.json': '{"compilerOptions":{"strict":true,"types":[]}}', '/text.ts': text };
  return withProject(
    new API({ cwd: '/', fs: createVirtualFileSystem(files) }),
    '/tsconfig.json',
    '/text.ts',
    look,
  );
}

function withProject<T>(api: API, config: string, prefix: string, look: (checked: Checked) => T): T {
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (project === undefined) throw new Error(`${config} is no project`);
    const { checker, program } = project;
    const names = program.getSourceFileNames().filter((name) => name.startsWith(prefix));
    return look({ checker, sources: names.flatMap((name) => program.getSourceFile(name) ?? []) });
  } finally {
    api.close();
  }
}
