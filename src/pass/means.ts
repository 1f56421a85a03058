/** Means of this process for the pure rooms. */
import type { Means } from '../plan/means.ts';
import { md5Hex } from '../system/entropy.ts';
import { charmRenderer } from '../system/templates.ts';

/** Templates of the charm in `charmDirectory`, and hashes. */
export async function meansOf(charmDirectory: string): Promise<Means> {
  return { render: await charmRenderer(charmDirectory), md5: md5Hex };
}
