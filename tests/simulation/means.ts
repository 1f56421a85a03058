/** Templates and hashes for the plan. Each view is rendered once, each text hashed once: seeds ask for the same ones again and again. */
import { join } from 'node:path';
import { type Means, md5Hex, templateRenderer } from '../shipped.ts';
import { remembered } from './remembered.ts';

const texts = new Map<string, string>();
const hashes = new Map<string, string>();
const render = await templateRenderer(join(import.meta.dirname, '../../templates'));

export const means: Means = {
  render: (name, view) => remembered(texts, `${name} ${JSON.stringify(view)}`, () => render(name, view)),
  md5: (text) => remembered(hashes, text, () => md5Hex(text)),
};
