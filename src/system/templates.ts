import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';

/** Renders `name` (a file of templates/) with `view`. */
export type Render = (name: string, view: object) => string;

/**
 * A renderer of the templates in `folder`, each compiled once. Values are put in as they are: the files are
 * configuration, not HTML, and whoever makes a view quotes. Asking for a value the view does not have is an
 * error, not an empty text.
 */
export function templateRenderer(folder: string): Render {
  const compiled = new Map<string, (view: object) => string>();
  return (name, view) => {
    let template = compiled.get(name);
    if (template === undefined) {
      const source = readFileSync(join(folder, name), 'utf8');
      template = Handlebars.compile<object>(source, { noEscape: true, strict: true });
      compiled.set(name, template);
    }
    return template(view);
  };
}
