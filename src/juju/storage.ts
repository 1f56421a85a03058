/** Storage commands. */
import * as z from 'zod';
import { askTool, ToolError } from './tool.ts';

const Ids = z.nullable(z.array(z.string()));
const Place = z.object({ kind: z.string().optional(), location: z.string().optional() });

export interface Storage {
  /** `pgdata/0` */
  readonly id: string;
  /** Where it is mounted. */
  readonly location: string;
}

/** The first storage of `name` that is attached; null when there is none. */
export async function attachedStorage(name: string): Promise<Storage | null> {
  const ids = (await askTool(Ids, 'storage-list', [name])) ?? [];
  const id = ids[0];
  if (id === undefined) return null;
  try {
    const { location } = await askTool(Place, 'storage-get', ['-s', id]);
    return location === undefined || location === '' ? null : { id, location };
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}
