import { existsSync } from 'node:fs';
import { modelNames } from '../cli/session.ts';
import { destroyModel } from '../controller/launch.ts';

const ownedName = /-p(\d+)(?:-\d+)?$/;

/** A model name that says which process made it, so that what a killed test run left can be told from what is in use. */
export function ownedModelName(name: string, taken: (name: string) => boolean): string {
  const first = `${name}-p${process.pid}`;
  if (!taken(first)) return first;
  for (let n = 2; ; n += 1) {
    if (!taken(`${first}-${n}`)) return `${first}-${n}`;
  }
}

/** Destroys models whose process is gone. */
export async function removeLeftovers(): Promise<void> {
  for (const name of modelNames()) {
    const pid = ownedName.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await destroyModel(name);
  }
}
