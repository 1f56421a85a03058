/** Means of this process for the pure rooms. */
import { join } from 'node:path';
import type { Means } from '../plan/means.ts';
import { md5Hex } from '../system/entropy.ts';
import { templateRenderer } from '../system/templates.ts';

/** Templates of the charm in `charmDirectory`, and hashes. */
export function meansOf(charmDirectory: string): Means {
  return { render: templateRenderer(join(charmDirectory, 'templates')), md5: md5Hex };
}
