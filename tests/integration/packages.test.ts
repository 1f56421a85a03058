import { afterAll, describe, expect, test } from 'vitest';
import type { Model, UnitMachine } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { switchover, waitCluster } from './support/cluster/members.ts';
import { deployServer, openStory } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';
import {
  holdPackageLock,
  isAptStopped,
  isInstalled,
  resumeApt,
  silentArchive,
  stopApt,
} from './support/package-tools.ts';
import { serverSql } from './support/server-sql.ts';

// Packages are a job beside the hooks: whatever becomes of them, roles change, and each package that can be had is installed.

const units = ['postgresql/0', 'postgresql/1'];

let model: Model;

oneStory();
afterAll(() => model?.destroy());

const machines = (): Promise<UnitMachine[]> => Promise.all(units.map((unit) => model.machineOf(unit)));

async function statusOf(unit: string): Promise<string> {
  const status = (await model.unit(unit))?.['workload-status'];
  return `${status?.current}: ${status?.message}`;
}

function waitStatus(unit: string, pattern: RegExp): Promise<boolean> {
  return model.waitFor(async () => pattern.test(await statusOf(unit)), {
    describe: `${unit} shows ${pattern}`,
  });
}

async function isPrimary(unit: string): Promise<boolean> {
  const [recovers] = await serverSql(model, unit, 'SELECT pg_is_in_recovery()').catch(() => []);
  return recovers === 'f';
}

describe('two units', () => {
  test('a package that does not exist is said with the reason; the others of the option are installed', async () => {
    model = await openStory('packages');
    await deployServer(model, { units: 2 });
    await waitCluster(model, 1);
    await model.setConfig('postgresql', { extra_packages: 'no-such-package jq' });
    for (const unit of units) {
      await waitStatus(
        unit,
        /^blocked: Live (master|secondary) .*extra_packages: .*no-such-package.*juju config postgresql/,
      );
    }
    for (const machine of await machines()) expect(await isInstalled(machine, 'jq')).toBe(true);
  });

  test('a switchover takes place while apt hangs on both machines', async () => {
    for (const machine of await machines()) {
      await machine.write('/etc/apt/sources.list.d/silent.list', silentArchive);
    }
    const [primary = '', target = ''] = (await isPrimary('postgresql/0')) ? units : units.toReversed();
    await model.setConfig('postgresql', { extra_packages: 'no-such-package jq postgresql-plperl-15' });
    for (const machine of await machines()) await stopApt(machine);
    const task = await switchover(model, target);
    expect(task.status, task.message).toBe('completed');
    await eventually(`${target} is the primary`, async () => ((await isPrimary(target)) ? true : null));
    await eventually(`${primary} follows`, async () => {
      const streams = "SELECT status FROM pg_stat_wal_receiver WHERE status = 'streaming'";
      return (await serverSql(model, primary, streams).catch(() => [])).length > 0 ? true : null;
    });
    for (const machine of await machines()) {
      expect(await isAptStopped(machine)).toBe(true);
      await resumeApt(machine);
      await machine.sh('rm /etc/apt/sources.list.d/silent.list');
    }
    await eventually('all that can be had is installed', async () => {
      const found = await Promise.all(
        (await machines()).map((machine) => isInstalled(machine, 'postgresql-plperl-15')),
      );
      return found.includes(false) ? null : true;
    });
  });

  test('a correct option is all it takes', async () => {
    await model.setConfig('postgresql', { extra_packages: 'jq' });
    await waitCluster(model, 1);
  });

  test('while somebody else installs packages the status says who, and then it goes on', async () => {
    const { standbys } = await waitCluster(model, 1);
    const [unit = ''] = standbys;
    const machine = await model.machineOf(unit);
    const release = await holdPackageLock(machine);
    await model.setConfig('postgresql', { extra_packages: 'jq pgbackrest' });
    await waitStatus(unit, /^(waiting|active): Live secondary .*perl/);
    await release();
    await waitCluster(model, 1);
    expect(await isInstalled(machine, 'pgbackrest')).toBe(true);
  });

  test('a machine that loses power in the middle of it goes on when it is back', async () => {
    const { standbys } = await waitCluster(model, 1);
    const machine = await model.machineOf(standbys[0] ?? '');
    await model.setConfig('postgresql', { extra_packages: 'jq pgbackrest python3-psycopg2' });
    await machine.sh('timeout 120 sh -c "until pkill -STOP -f \'^/usr/bin/[d]pkg .*--unpack\'; do :; done"');
    await machine.kill();
    await machine.boot();
    await eventually('the package is installed', async () =>
      (await isInstalled(machine, 'python3-psycopg2').catch(() => false)) ? true : null,
    );
    await waitCluster(model, 1);
    expect(await machine.sh('dpkg --audit')).toBe('');
  });

  test('a unit is removed while its packages hang', async () => {
    const { primary, standbys } = await waitCluster(model, 1);
    const [going = ''] = standbys;
    const machine = await model.machineOf(going);
    await machine.write('/etc/apt/sources.list.d/silent.list', silentArchive);
    await model.setConfig('postgresql', { extra_packages: 'jq pgbackrest python3-yaml' });
    await stopApt(machine);
    await model.removeUnit(going);
    await model.waitGone(going);
    await waitCluster(model, 0, { primary });
  });

  test('no hook has failed in all that', async () => {
    const failed = (await Promise.all(units.map((unit) => model.history(unit).catch(() => []))))
      .flat()
      .filter(({ exitCode, signal, error }) => (exitCode !== 0 && signal === null) || error !== null);
    expect(failed).toEqual([]);
  });
});
