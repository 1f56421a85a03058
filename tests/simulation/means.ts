/** Templates and hashes for the plan. Each view is rendered once, each text hashed once: seeds ask for the same ones again and again. */
import { join } from 'node:path';
import { type Means, md5Hex, templateRenderer } from '../shipped.ts';

const most = 20_000;
const texts = new Map<string, string>();
const hashes = new Map<string, string>();
const render = await templateRenderer(join(import.meta.dirname, '../../templates'));

export const means: Means = {
  render: (name, view) => known(texts, `${name} ${JSON.stringify(view)}`, () => render(name, view)),
  md5: (text) => known(hashes, text, () => md5Hex(text)),
};

function known(values: Map<string, string>, key: string, make: () => string): string {
  const found = values.get(key);
  if (found !== undefined) return found;
  if (values.size >= most) values.clear();
  const made = make();
  values.set(key, made);
  return made;
}
