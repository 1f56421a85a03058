/** Means that a pure room lacks and gets as parameters: templates and hashes. */
import type { Md5 } from '../relations/names.ts';
import type { Render } from '../server/managed-files.ts';

export interface Means {
  readonly render: Render;
  /** MD5 of a text in hexadecimal digits, for names that are too long (not for secrets). */
  readonly md5: Md5;
}
