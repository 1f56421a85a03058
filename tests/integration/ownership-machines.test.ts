import { afterAll, describe, expect, test } from 'vitest';
import type { Model, UnitMachine } from '../../testbed/api/index.ts';
import { statusOf } from './support/cluster/published.ts';
import { client, deployClient, deployServer, openStory, server } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';
import { packedCharm } from './support/packed-charm.ts';
import { serverSql } from './support/server-sql.ts';

// One machine, several units one beside and after the other: its cluster belongs to one of them.

const state = '/var/lib/postgresql-charm';
const data = '/var/lib/postgresql/15/main';

let model: Model;
let machine: UnitMachine;

oneStory();
afterAll(() => model?.destroy());

/** Reads what tells one state of the machine from another. */
const picture = (): Promise<string> =>
  machine.sh(
    `cat ${state}/claim.json /etc/postgresql/15/main/pg_hba.conf; cd ${state}; stat -c '%n %Y' cluster.json`,
  );

const asides = async (): Promise<string[]> =>
  (await machine.sh(`ls -d ${data}.aside-* /etc/postgresql/*.aside-* 2>/dev/null || true`))
    .trim()
    .split('\n');

async function systemOf(unit: string): Promise<string> {
  return (await serverSql(model, unit, 'SELECT system_identifier FROM pg_control_system()'))[0] ?? '';
}

/** The only unit of `postgresql`, when its server serves. */
async function deployedAgain(): Promise<string> {
  await deployServer(model, { to: ['0'] });
  return model.waitFor(
    (status) => {
      const [unit] = Object.entries(status.applications['postgresql']?.units ?? {});
      return unit !== undefined && unit[1]['workload-status'].message?.startsWith('Live master') === true
        ? unit[0]
        : null;
    },
    { describe: 'it is a primary', timeoutMs: 240_000 },
  );
}

async function expectNoFailedHook(unit: string): Promise<void> {
  const failed = (await model.history(unit)).filter(
    ({ exitCode, error }) => exitCode !== 0 || error !== null,
  );
  // An action that refuses is none of them.
  expect(failed.filter(({ hook }) => !hook.startsWith('action:'))).toEqual([]);
}

describe('a machine with a client and a server', () => {
  let system = '';

  test('is deployed', async () => {
    model = await openStory('ownership-machines');
    await deployClient(model);
    await model.waitSettled({ timeoutMs: 240_000 });
    machine = await model.machineOf(client);
    expect(await deployedAgain()).toBe(server);
    await model.waitSettled({ timeoutMs: 240_000 });
    system = await systemOf(server);
  });

  test('another application of this charm there is refused, touches nothing, and can be removed', async () => {
    const before = await picture();
    await model.deploy(await packedCharm(), { application: 'second', to: ['0'] });
    const refused = /^blocked: PostgreSQL on this machine belongs to postgresql\/0: .*remove-unit second\/0/;
    await model.waitFor(async () => refused.test(await statusOf(model, 'second/0')), {
      describe: 'it says so',
    });
    await model.waitSettled();
    expect((await model.unit('second/0'))?.['open-ports'] ?? []).toEqual([]);
    const task = await model.run('second/0', 'switchover', { master: 'second/0' });
    expect(task).toMatchObject({ status: 'failed' });
    expect(task.message).toMatch(/belongs to postgresql\/0/);
    await expectNoFailedHook('second/0');
    await model.removeApplication('second');
    await model.waitGone('second/0');
    await model.waitSettled();
    expect(await picture()).toBe(before);
    expect(await statusOf(model, server)).toMatch(/^active: Live master/);
    expect(await systemOf(server)).toBe(system);
  });

  test('a removed unit stops its server, sets its data aside, and leaves nothing in the way', async () => {
    await model.removeApplication('postgresql');
    await model.waitGone(server);
    expect(await machine.sh('pgrep -x postgres || echo none')).toBe('none\n');
    expect(await machine.sh(`ls -A ${state} /etc/postgresql/15 /var/lib/postgresql/15`)).not.toMatch(
      /json|main$/m,
    );
    expect(await machine.sh("systemctl list-units --plain --no-legend 'postgresql-charm-*'")).toBe('');
    const [aside = ''] = (await asides()).filter((path) => path.startsWith(data));
    expect(await machine.sh(`cat ${aside}/PG_VERSION`)).toBe('15\n');
    const log = (await model.logs(server)).map(({ message }) => message).join('\n');
    expect(log).toContain(`what this unit leaves is kept at ${aside}`);
  });

  let second = '';

  test('a unit that comes to that machine begins a cluster of its own', async () => {
    second = await deployedAgain();
    expect(await systemOf(second)).not.toBe(system);
    await expectNoFailedHook(second);
    await model.waitSettled({ timeoutMs: 240_000 });
  });

  test('one of the same name in another model inherits nothing of a unit that left no word', async () => {
    system = await systemOf(second);
    await model.removeUnit(second, { force: true });
    await model.waitGone(second);
    await model.removeApplication('postgresql');
    const next = `postgresql/${Number(second.split('/')[1]) + 1}`;
    await machine.sh(`cd ${state} && sed -i 's|"unit": ".*"|"unit": "${next}"|' claim.json memory.json &&
      sed -i 's|"model": ".*"|"model": "of another controller"|' claim.json &&
      sed -i 's|"seenEpoch": .*|"seenEpoch": 99,|' memory.json`);
    const before = await asides();
    await model.waitFor((status) => status.applications['postgresql'] === undefined);
    expect(await deployedAgain()).toBe(next);
    expect(await systemOf(next)).not.toBe(system);
    expect(JSON.parse(await machine.read(`${state}/memory.json`)).cluster.seenEpoch).toBeLessThan(99);
    const added = (await asides()).filter((path) => !before.includes(path) && path.startsWith(data));
    expect(added).toHaveLength(1);
    const log = (await model.logs(next)).map(({ message }) => message).join('\n');
    expect(log).toContain(`what ${next} of model of another controller has left is kept at ${added[0]}`);
    await expectNoFailedHook(next);
  });
});
