import { existsSync } from 'node:fs';
import { withClient } from '../cli/session.ts';
import { listModels } from '../controller/launch.ts';

const ownedName = /-p(\d+)(?:-\d+)?$/;

const given = new Map<string, number>();

/**
 * A model name that says which process made it, so that what a killed test run left can be told from what
 * is in use.
 */
export function ownedModelName(name: string): string {
  const n = (given.get(name) ?? 0) + 1;
  given.set(name, n);
  return `${name}-p${process.pid}${n === 1 ? '' : `-${n}`}`;
}

/**
 * Destroys models whose process is gone. Another test run may be at the same model: what cannot be removed now
 * is named and left for the next run.
 */
export async function removeLeftovers(): Promise<void> {
  for (const name of listModels()) {
    const pid = ownedName.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    try {
      await withClient(name, (client) => client.call('model.destroy', {}));
    } catch (error) {
      console.error(`model ${name} of an earlier run is not removed: ${(error as Error).message}`);
    }
  }
}
