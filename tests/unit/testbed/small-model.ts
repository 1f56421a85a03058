import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipCharm } from '../../../testbed/api/charm-zip.ts';
import { ensureController } from '../../../testbed/controller/launch.ts';
import type {
  AdminClient,
  AdminParams,
  ConfigValue,
  JujuMode,
  TaskInfo,
} from '../../../testbed/protocol/admin.ts';

/** A model whose machines are folders: real controller, real agents, real hook commands, no root needed. */
export interface SmallModel {
  admin: AdminClient;
  folder: string;
  /** Writes a charm with one `dispatch` in bash; that sources a unit's behaviour first, see `behave`. */
  charm(name: string, files?: Record<string, string>, dispatch?: string): string;
  /** Deploys it, packed for versions that take no folder; then waits. */
  deploy(charm: string, more?: Partial<AdminParams<'deploy'>>): Promise<void>;
  /** Sets the unit's hooks from now on: bash. */
  behave(unit: string, script: string): void;
  settle(): Promise<void>;
  /** Hook names with the remote unit, storage or nothing, in the order they ran. */
  ran(unit: string): Promise<string[]>;
  exec(unit: string, command: string): Promise<TaskInfo>;
  /** Polls until the answer is true. */
  until(what: string, condition: () => Promise<boolean>): Promise<void>;
  end(): Promise<void>;
}

const settings: Record<string, ConfigValue> = {
  'testbed-retry-base-ms': 60,
  'update-status-hook-interval': '1h',
};

/** Starts it; `config` comes on top of quick retries. */
export async function smallModel(
  juju: JujuMode,
  config: Record<string, ConfigValue> = {},
): Promise<SmallModel> {
  const folder = mkdtempSync(join(tmpdir(), 'testbed-'));
  process.env['JUJU_TESTBED_MODELS'] = join(folder, 'models');
  process.env['JUJU_TESTBED_DRIVER'] = 'host';
  process.env['JUJU_TESTBED_OWNER'] = String(process.pid);
  const admin = await ensureController('small');
  await admin.call('model.create', { juju, config: { ...settings, ...config } });
  const behaviours = join(folder, 'behaviours');
  mkdirSync(behaviours);
  const model: SmallModel = {
    admin,
    folder,
    charm(name, files = {}, dispatch = '') {
      const top = join(folder, 'charms', `${name}-${Object.keys(files).length}-${dispatch.length}`);
      mkdirSync(top, { recursive: true });
      const all: Record<string, string> = {
        'metadata.yaml': `name: ${name}\nsummary: s\ndescription: d\n${files['metadata'] ?? ''}`,
        'manifest.yaml': 'bases: [{name: ubuntu, channel: "24.04"}]\n',
        ...files,
      };
      delete all['metadata'];
      for (const [path, content] of Object.entries(all)) writeFileSync(join(top, path), content);
      const source = `f=${behaviours}/\${JUJU_UNIT_NAME/\\//-}.sh; [ ! -e $f ] || . $f`;
      writeFileSync(join(top, 'dispatch'), `#!/bin/bash\n${source}\n${dispatch}\n`, { mode: 0o755 });
      return top;
    },
    async deploy(charm, more = {}) {
      const charmPath = juju === '4.0' ? await zipCharm(charm, `${charm}.charm`) : charm;
      await admin.call('deploy', { charmPath, ...more });
      await model.settle();
    },
    behave(unit, script) {
      writeFileSync(join(behaviours, `${unit.replace('/', '-')}.sh`), script);
    },
    async settle() {
      const { settled, waitingFor } = await model.admin.call('settled.wait', { timeoutMs: 20_000 });
      if (!settled) throw new Error(`not settled: ${waitingFor.join('; ')}`);
    },
    async ran(unit) {
      const { hooks } = await model.admin.call('history', { unit });
      return hooks.map(({ hook, remoteUnit, storageId }) => {
        const about = remoteUnit ?? storageId;
        return about === null ? hook : `${hook}(${about})`;
      });
    },
    async exec(unit, command) {
      const { tasks } = await model.admin.call('tasks.exec', { units: [unit], command });
      const task = await model.admin.call('tasks.wait', { id: tasks[0]?.id ?? '', timeoutMs: 10_000 });
      if (task.completed === null) throw new Error(`${command} on ${unit} is ${task.status}`);
      return task;
    },
    async until(what, condition) {
      const endMs = Date.now() + 15_000;
      let version = 0;
      while (!(await condition())) {
        if (Date.now() > endMs) throw new Error(`not reached: ${what}`);
        ({ version } = await model.admin.call('changes.wait', { after: version, timeoutMs: 100 }));
      }
    },
    async end() {
      await model.admin.call('model.destroy', {});
      model.admin.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return model;
}
