import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { ModelInfo } from '../protocol/admin.ts';
import type { AdminHandlers } from './admin-server.ts';
import { agentVersion } from './charm-manifest.ts';
import type { Core } from './core.ts';
import { changeModelConfig, modelConfig } from './model-config.ts';
import { emptyModel } from './state.ts';

/** Requests about the model as a whole; `end` is called when it was destroyed. */
export function modelHandlers(core: Core, ready: () => Promise<void>, end: () => void) {
  return {
    'model.create': async ({ juju, base, config }) => {
      if (core.hasModel()) throw new Error(`model "${core.name}" already exists`);
      const model = emptyModel(core.name, randomUUID(), juju, base ?? 'bookworm');
      changeModelConfig(model, config ?? {}, []);
      core.create(model);
      await ready();
      return modelInfo(core);
    },
    'model.info': () => modelInfo(core),
    'model.config': () => modelConfig(core.model()),
    'model.setConfig': ({ set, reset }) => {
      changeModelConfig(core.model(), set ?? {}, reset ?? []);
      return {};
    },
    'model.destroy': async () => {
      core.close();
      await core.driver.removeAll();
      rmSync(core.paths.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
      end();
      return {};
    },
  } satisfies Partial<AdminHandlers>;
}

function modelInfo(core: Core): ModelInfo {
  const { name, uuid, juju, base } = core.model();
  return {
    name,
    uuid,
    juju,
    version: agentVersion(juju),
    base,
    logPath: core.paths.log,
    controllerPid: process.pid,
  };
}
