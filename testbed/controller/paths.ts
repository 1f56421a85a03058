import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of all models; another place for trials without root. */
export function modelsFolder(): string {
  return process.env['JUJU_TESTBED_MODELS'] ?? '/var/lib/juju-testbed/models';
}

export interface ModelPaths {
  folder: string;
  state: string;
  socket: string;
  log: string;
  history: string;
  /** Unpacked charms, one folder per hash; machines see it read-only. */
  charms: string;
  controllerOutput: string;
}

/** A model's files; its folder is made when it is not there. */
export function modelPaths(model: string): ModelPaths {
  const folder = join(modelsFolder(), model);
  mkdirSync(join(folder, 'charms'), { recursive: true });
  return {
    folder,
    state: join(folder, 'state.json'),
    socket: join(folder, 'admin.socket'),
    log: join(folder, 'debug.log'),
    history: join(folder, 'history.jsonl'),
    charms: join(folder, 'charms'),
    controllerOutput: join(folder, 'controller.log'),
  };
}
