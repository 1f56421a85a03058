/** Templates of configuration files. Values are put in as they are: whoever makes a view quotes. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Runtime from 'handlebars/runtime.js';
import { errorText } from './failed-looks.ts';

/** The charm's own folder lacks a template, or holds something else in its place. */
export class DamagedCharm extends Error {}

/** Renders `name` (a file of templates/) with `view`. Throws DamagedCharm. */
export type Render = (name: string, view: object) => string;

type Template = (view: object) => string;

/** A value that a view does not have is an error, not an empty text; files are configuration, not HTML. */
export const compileOptions = { noEscape: true, strict: true } as const;

/**
 * A renderer of the charm in `charmDirectory`: of its templates as the build has compiled them, which saves each hook 20 ms, else of the
 * files themselves.
 */
export async function charmRenderer(charmDirectory: string): Promise<Render> {
  const compiled = join(charmDirectory, 'dist', 'templates.js');
  return existsSync(compiled)
    ? compiledRenderer(compiled)
    : templateRenderer(join(charmDirectory, 'templates'));
}

function compiledRenderer(file: string): Render {
  const { template } = Runtime as unknown as Pick<typeof import('handlebars'), 'template'>;
  return rendererOf(file, (name) => {
    const specifications = createRequire(file)(file) as Readonly<Record<string, TemplateSpecification>>;
    const specification = specifications[name];
    if (specification === undefined) throw new Error(`there is no ${name} in it`);
    return template(specification);
  });
}

/** A renderer of the templates in `folder`, each compiled once. */
export async function templateRenderer(folder: string): Promise<Render> {
  const { default: Handlebars } = await import('handlebars');
  return rendererOf(folder, (name) =>
    Handlebars.compile<object>(readFileSync(join(folder, name), 'utf8'), compileOptions),
  );
}

function rendererOf(path: string, load: (name: string) => Template): Render {
  const loaded = new Map<string, Template>();
  return (name, view) => {
    const template = loaded.get(name) ?? loadOrSay(path, name, load);
    loaded.set(name, template);
    return template(view);
  };
}

function loadOrSay(path: string, name: string, load: (name: string) => Template): Template {
  try {
    return load(name);
  } catch (error) {
    throw new DamagedCharm(`${path} is damaged: ${errorText(error)}`, { cause: error });
  }
}
