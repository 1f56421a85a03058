import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe } from 'vitest';
import {
  type HookRecord,
  type JujuMode,
  type Model,
  openModel,
  zipCharm,
} from '../../../testbed/api/index.ts';

export const modes: JujuMode[] = ['2.9', '3.6', '4.0'];

/** One model in one of Juju's modes, shared by the tests of a file. */
export interface Stage {
  juju: JujuMode;
  model: Model;
}

const charms = fileURLToPath(new URL('../charms', import.meta.url));

/** Retries quickly, and no update-status comes between what a test looks at. */
const quiet = { 'update-status-hook-interval': '24h', 'testbed-retry-base-ms': 200 };

/**
 * Opens a model in each mode before the tests of this file and destroys them after. The models are prepared at the same time.
 * Returns how tests get at them.
 */
export function stages(
  name: string,
  prepare: (stage: Stage) => Promise<void>,
  config: Record<string, string | number | boolean> = {},
): (juju: JujuMode) => Stage {
  const open = new Map<JujuMode, Stage>();
  beforeAll(async () => {
    await Promise.all(
      modes.map(async (juju) => {
        const id = `${name}-${juju.replace('.', '')}`;
        const model = await openModel(id, { juju, config: { ...quiet, ...config } });
        const stage = { juju, model };
        open.set(juju, stage);
        await prepare(stage);
      }),
    );
  });
  afterAll(async () => {
    await Promise.all([...open.values()].map((stage) => stage.model.destroy()));
  });
  return (juju) => {
    const stage = open.get(juju);
    if (!stage) throw new Error(`no model for Juju ${juju}`);
    return stage;
  };
}

/** The same tests in each mode: the modes side by side, for they mostly wait; the tests of one mode in order. */
export function inEachMode(tests: (juju: JujuMode) => void, among = modes): void {
  describe.concurrent.each(among)('Juju %s', (juju) => {
    describe('in order', { concurrent: false }, () => tests(juju));
  });
}

/** Two units of the charm `server` and one of `client`, related over `db`, all on one machine. */
export async function deployServersAndClient(stage: Stage): Promise<void> {
  const { model } = stage;
  await model.deploy(await charm(stage, 'server'), { config: { port: 6000 } });
  await model.deploy(await charm(stage, 'client'), { to: ['0'] });
  await model.client.call('addUnit', { application: 'server', to: ['0'] });
  await model.integrate('server:db', 'client');
  await model.waitSettled();
}

let zips: string | undefined;

/**
 * The path to deploy a charm of this suite from: its folder, or a zip of it where Juju takes no folders
 * (4.0).
 */
export async function charm(stage: Stage, name: string): Promise<string> {
  const folder = join(charms, name);
  if (stage.juju !== '4.0') return folder;
  if (zips === undefined) {
    zips = mkdtempSync(join(tmpdir(), 'conformance-'));
    process.once('exit', () => rmSync(zips ?? '', { recursive: true, force: true }));
  }
  // A zip of its own each time: models are prepared side by side.
  return zipCharm(folder, join(mkdtempSync(join(zips, 'zip-')), `${name}.charm`));
}

/** Events that the charm logged, oldest first; all units' when none is given. */
export async function events(stage: Stage, unit?: string): Promise<string[]> {
  const lines = await stage.model.logs(unit);
  return lines.flatMap((line) => {
    const [, event] = /^(?:[a-z-]+:\d+: )?event (.*)$/.exec(line.message) ?? [];
    return event === undefined ? [] : [event];
  });
}

/** Leaves shell for one of a unit's hooks to run; empty text takes it back. */
export async function leaveScript(stage: Stage, unit: string, hook: string, shell: string): Promise<void> {
  const machine = await stage.model.machineOf(unit);
  const folder = `/etc/recorder/${unit.replace('/', '-')}`;
  await machine.sh(`mkdir -p ${folder}`);
  await machine.write(`${folder}/${hook}`, shell);
}

/**
 * Runs shell as a hook of the unit (update-status, or the event given) and waits for the end of that hook.
 */
export async function inHook(
  stage: Stage,
  unit: string,
  shell: string,
  event: {
    hook?: string;
    relationId?: number;
    remoteUnit?: string;
    remoteApp?: string;
    storageId?: string;
  } = {},
): Promise<{ record: HookRecord; stdout: string }> {
  const { hook = 'update-status', ...rest } = event;
  const output = `/tmp/in-hook-${unit.replace('/', '-')}`;
  await leaveScript(stage, unit, hook, `{\n${shell}\n} >${output} 2>&1\n`);
  const before = (await stage.model.history(unit)).length;
  await stage.model.faults.repeat({ unit, hook, ...rest });
  const record = await stage.model.waitFor(
    async () => (await stage.model.history(unit)).slice(before).find((each) => each.hook === hook),
    { describe: `${hook} has run on ${unit}` },
  );
  await leaveScript(stage, unit, hook, '');
  return { record, stdout: await (await stage.model.machineOf(unit)).read(output) };
}
