/** Storage commands. */
import * as z from 'zod';
import { askTool } from './ask.ts';
import { isGone } from './tool.ts';

const Ids = z.nullable(z.array(z.string()));
const Place = z.object({ kind: z.string().optional(), location: z.string().optional() });

/** Mount point of the first storage of `name`; null when none is attached. Throws when Juju does not tell: that is not none. */
export async function mountPoint(name: string): Promise<string | null> {
  const ids = (await askTool(Ids, 'storage-list', [name])) ?? [];
  const id = ids[0];
  if (id === undefined) return null;
  try {
    const { location } = await askTool(Place, 'storage-get', ['-s', id]);
    return location === undefined || location === '' ? null : location;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
