import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { zipCharm } from '../../../testbed/api/index.ts';
import { charm, events, inEachMode, stages } from './stage.ts';

// Refusals of the controller: charms, options, endpoints; charms in any language; another base.

const on = stages('deployment', async (stage) => {
  await stage.model.deploy(await charm(stage, 'server'));
  await stage.model.deploy(await charm(stage, 'python'), { to: ['0'], base: 'bookworm' });
});

const scratch = mkdtempSync(join(tmpdir(), 'charms-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A packed charm with this metadata and these other files. */
async function packed(name: string, metadata: string, files: Record<string, string> = {}): Promise<string> {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  const bases = 'bases: [{name: ubuntu, channel: "22.04", architectures: [amd64, arm64]}]\n';
  const all = {
    'metadata.yaml': `summary: s\ndescription: d\n${metadata}`,
    'manifest.yaml': bases,
    ...files,
  };
  for (const [file, content] of Object.entries(all)) writeFileSync(join(folder, file), content);
  return zipCharm(folder, join(scratch, `${name}-${Math.random()}.charm`));
}

inEachMode((juju) => {
  test('a charm in Python installs its interpreter and runs', async () => {
    const { model } = on(juju);
    await model.waitFor(async () => (await model.unit('python/0'))?.['workload-status'].current === 'active');
    expect((await model.unit('python/0'))?.['workload-status'].message).toBe('Python on python/0');
  });

  test('a folder can be deployed up to 3.6 only', async () => {
    if (juju !== '4.0') return;
    const folder = new URL('../charms/client', import.meta.url).pathname;
    await expect(on(juju).model.deploy(folder)).rejects.toThrow(/\.charm/);
  });

  test('charms that break the rules are refused with the reason', async () => {
    const { model } = on(juju);
    const refusal = async (charmPath: Promise<string>): Promise<string> =>
      model.deploy(await charmPath).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    expect(await refusal(packed('a', 'name: UPPER'))).toMatch(/name/);
    expect(await refusal(packed('b', 'name: b\nprovides: {juju-x: {interface: y}}'))).toMatch(/juju-x/);
    expect(
      await refusal(packed('c', 'name: c\nprovides: {x: {interface: y}}\nrequires: {x: {interface: y}}')),
    ).toMatch(/x/);
    expect(await refusal(packed('d', 'name: d\nsubordinate: true'))).toMatch(/subordinate/);
    expect(
      await refusal(packed('e', 'name: e', { 'config.yaml': 'options: {n: {type: int, default: many}}' })),
    ).toMatch(/n/);
    expect(await refusal(packed('f', 'name: f', { 'actions.yaml': 'juju-x: {description: d}' }))).toMatch(
      /juju-x/,
    );
    expect(await refusal(packed('g', 'name: g', { 'manifest.yaml': '{}' }))).toMatch(
      juju === '4.0' ? /bases/ : /./,
    );
  });

  test('options are typed and known', async () => {
    const { model } = on(juju);
    await expect(model.setConfig('server', { port: 'many' })).rejects.toThrow(/port/);
    await expect(model.setConfig('server', { nothing: 1 })).rejects.toThrow(/nothing/);
    await model.setConfig('server', { port: '7001', verbose: 'true' });
    expect(await model.config('server')).toMatchObject({ port: 7001, verbose: true, ratio: 0.5 });
    await model.resetConfig('server', ['port']);
    expect(await model.config('server')).toMatchObject({ port: 5432 });
    await model.waitSettled();
  });

  test('integrate infers endpoints, and says what is wrong', async () => {
    const { model } = on(juju);
    await model.deploy(await charm(on(juju), 'client'), { application: 'left', to: ['0'] });
    await model.waitFor((status) => 'left' in status.applications);
    await expect(model.integrate('server', 'left')).rejects.toThrow(/ambiguous relation/);
    await expect(model.integrate('server', 'python')).rejects.toThrow(/no relations found/);
    await expect(model.integrate('server:nothing', 'left')).rejects.toThrow(/nothing/);
    await expect(model.integrate('server', 'nobody')).rejects.toThrow(/nobody/);
    await model.integrate('server:db', 'left');
    await expect(model.integrate('server:db', 'left:db')).rejects.toThrow(/already exists/);
    await model.waitSettled();
  });

  test('resources reach the charm', async () => {
    const { model } = on(juju);
    const file = join(scratch, `tool-${juju}`);
    writeFileSync(file, 'a tool');
    await model.deploy(await charm(on(juju), 'server'), {
      application: 'tooled',
      resources: { tool: file },
      to: ['0'],
    });
    await model.waitSettled();
    const ran = await model.exec('tooled/0', 'cat "$(resource-get tool)"');
    expect(ran.stdout).toBe('a tool');
  });

  test('destroying an application that never had relations', async () => {
    const { model } = on(juju);
    await model.removeApplication('python');
    await model.waitGone('python/0');
    expect(await events(on(juju), 'server/0')).not.toContain('stop');
  });
});
