import { expect, test } from 'vitest';
import { charm, events, inEachMode, inHook, leaveScript, stages } from './stage.ts';

// Ties between units and machines: the lock, reboots, power cuts, and leadership that a dead machine keeps for a while.

const on = stages('leases', async (stage) => {
  const { model } = stage;
  await model.deploy(await charm(stage, 'server'));
  await model.waitSettled();
  await model.addUnit('server');
  await model.deploy(await charm(stage, 'client'), { to: ['0'] });
  await model.waitSettled();
});

inEachMode((juju) => {
  test('hooks of all units on a machine exclude one another', async () => {
    const { model } = on(juju);
    const alone = 'mkdir /tmp/alone || exit 1; sleep 0.3; rmdir /tmp/alone';
    for (const unit of ['server/0', 'client/0']) await leaveScript(on(juju), unit, 'update-status', alone);
    for (const _ of [1, 2]) {
      for (const unit of ['server/0', 'client/0']) await model.faults.repeat({ unit, hook: 'update-status' });
    }
    await model.waitSettled();
    for (const unit of ['server/0', 'client/0']) {
      expect(
        (await model.history(unit)).filter((run) => run.hook === 'update-status' && run.exitCode !== 0),
      ).toEqual([]);
      await leaveScript(on(juju), unit, 'update-status', '');
    }
  });

  test('a reboot gives each started unit one more start', async () => {
    const { model } = on(juju);
    const before = (await events(on(juju), 'client/0')).length;
    await (await model.machineOf('server/0')).reboot();
    await model.waitFor(async () => (await events(on(juju), 'client/0')).slice(before).includes('start'));
    await model.waitSettled();
    // config-changed may come at any time.
    expect(
      (await events(on(juju), 'client/0')).slice(before).filter((event) => event !== 'config-changed'),
    ).toEqual(['start']);
  });

  test('juju-reboot reboots after the hook; --now reboots in it and runs it again; actions may not', async () => {
    const { model } = on(juju);
    const refused = await model.run('server/1', 'do', { script: 'juju-reboot; echo $?' });
    expect(refused.results['stdout']).not.toBe('0\n');
    const boots = async () =>
      (
        await (
          await model.machineOf('server/1')
        ).sh('cat /proc/sys/kernel/random/boot_id; stat -c %Y /proc/1')
      ).trim();
    const first = await boots();
    const before = (await events(on(juju), 'server/1')).length;
    await leaveScript(
      on(juju),
      'server/1',
      'update-status',
      '[ -e /var/tmp/now ] || { touch /var/tmp/now; juju-reboot --now; sleep 600; }',
    );
    await model.faults.repeat({ unit: 'server/1', hook: 'update-status' });
    await model.waitFor(async () => (await events(on(juju), 'server/1')).slice(before).includes('start'));
    await model.waitSettled();
    const since = (await events(on(juju), 'server/1'))
      .slice(before)
      .filter((event) => event !== 'config-changed');
    expect(since.slice(0, 2)).toEqual(['update-status', 'update-status']);
    expect(since.at(-1)).toBe('start');
    expect(await boots()).not.toBe(first);
    await leaveScript(on(juju), 'server/1', 'update-status', '');
  });

  test('leadership stays with a dead machine until its lease is over, then a survivor is elected', async () => {
    const { model } = on(juju);
    expect(await model.leaderOf('server')).toBe('server/0');
    const before = (await events(on(juju), 'server/1')).length;
    await (await model.machineOf('server/0')).kill();
    await model.waitSettled({ except: ['server/0', 'client/0'] });
    expect(await model.leaderOf('server')).toBe('server/0');
    await model.faults.advanceClock(25_000);
    await model.waitSettled({ except: ['server/0', 'client/0'] });
    expect(await model.leaderOf('server')).toBe('server/0');
    await model.faults.advanceClock(60_000);
    await model.waitFor(async () =>
      (await events(on(juju), 'server/1')).slice(before).includes('leader-elected'),
    );
    expect(await model.leaderOf('server')).toBe('server/1');
    // Nobody departs until an operator removes the unit.
    expect(
      (await events(on(juju), 'server/1')).slice(before).filter((event) => event.includes('departed')),
    ).toEqual([]);
    await (await model.machineOf('server/0')).boot();
    await model.waitSettled();
    expect((await model.exec('server/0', 'is-leader')).stdout).toBe('False\n');
  });

  test('a unit without its network cannot commit and loses leadership; healed, it goes on', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('server/1');
    await machine.cut();
    await model.faults.advanceClock(90_000);
    await model.waitFor(async () => (await model.leaderOf('server')) === 'server/0', {
      describe: 'server/0 leads',
    });
    await machine.heal();
    await model.waitSettled();
    expect((await model.exec('server/1', 'is-leader')).stdout).toBe('False\n');
    expect((await model.exec('server/0', 'is-leader')).stdout).toBe('True\n');
  });

  test('leadership taken away in a hook: the commit of leader-only writes fails, the retry is no leader', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('server/0');
    const shell = [
      'is-leader >>/tmp/leading',
      'if [ "$(is-leader)" = True ]; then',
      '  relation-set --app -r $(relation-ids peer) claim=mine',
      '  touch /tmp/claimed; while [ ! -e /tmp/go ]; do sleep 0.05; done',
      'fi',
    ].join('\n');
    await leaveScript(on(juju), 'server/0', 'update-status', shell);
    const before = (await model.history('server/0')).length;
    await model.faults.repeat({ unit: 'server/0', hook: 'update-status' });
    await model.waitFor(async () => (await machine.exec('test -e /tmp/claimed')).exitCode === 0);
    await model.faults.takeLeadership('server', 'server/1');
    await machine.sh('touch /tmp/go');
    await model.waitFor(async () => (await model.history('server/0')).length >= before + 2);
    await model.waitSettled();
    const [first, second] = (await model.history('server/0'))
      .slice(before)
      .filter((run) => run.hook === 'update-status');
    expect(first).toMatchObject({ exitCode: 0, error: expect.stringMatching(/leader/) });
    expect(second).toMatchObject({ exitCode: 0, error: null });
    expect(await machine.read('/tmp/leading')).toBe('True\nFalse\n');
    const peer = (await model.relations()).find((relation) => relation.endpoints.length === 1);
    expect(peer?.applications['server'] ?? {}).not.toHaveProperty('claim');
    await leaveScript(on(juju), 'server/0', 'update-status', '');
  });

  test('after a False the same hook keeps hearing False', async () => {
    const { model } = on(juju);
    expect(await model.leaderOf('server')).toBe('server/1');
    const { stdout } = await inHook(on(juju), 'server/0', 'is-leader; is-leader');
    expect(stdout).toBe('False\nFalse\n');
  });

  test('a unit in error stays leader', async () => {
    const { model } = on(juju);
    await model.setModelConfig({ 'automatically-retry-hooks': false });
    await leaveScript(on(juju), 'server/1', 'update-status', 'exit 1');
    await model.faults.repeat({ unit: 'server/1', hook: 'update-status' });
    await model.waitFor(async () => (await model.unit('server/1'))?.['workload-status'].current === 'error');
    for (const _ of [1, 2, 3]) await model.faults.advanceClock(60_000);
    expect(await model.leaderOf('server')).toBe('server/1');
    await leaveScript(on(juju), 'server/1', 'update-status', '');
    await model.resolved('server/1');
    await model.setModelConfig({ 'automatically-retry-hooks': true });
    await model.waitSettled();
  });

  test('a power cut in a hook: after boot the hook runs again, then one start', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('server/1');
    await leaveScript(
      on(juju),
      'server/1',
      'update-status',
      '[ -e /var/tmp/cut ] || { touch /var/tmp/cut; sync; sleep 600; }',
    );
    const before = (await events(on(juju), 'server/1')).length;
    await model.faults.repeat({ unit: 'server/1', hook: 'update-status' });
    await model.waitFor(async () => (await machine.exec('test -e /var/tmp/cut')).exitCode === 0);
    await machine.kill();
    await machine.boot();
    await model.waitFor(async () => (await events(on(juju), 'server/1')).slice(before).includes('start'));
    await model.waitSettled();
    const since = (await events(on(juju), 'server/1')).slice(before);
    expect(since.filter((event) => event !== 'config-changed').slice(0, 3)).toEqual([
      'update-status',
      'update-status',
      'start',
    ]);
  });

  test('remove-unit --force of a dead unit: no hooks there, the others see it depart', async () => {
    const { model } = on(juju);
    const before = (await events(on(juju), 'server/0')).length;
    const dead = (await events(on(juju), 'server/1')).length;
    await (await model.machineOf('server/1')).kill();
    await model.removeUnit('server/1', { force: true });
    await model.waitGone('server/1');
    await model.waitSettled({ except: [] });
    expect((await events(on(juju), 'server/1')).slice(dead)).toEqual([]);
    const since = (await events(on(juju), 'server/0')).slice(before);
    const departed = 'peer-relation-departed app=server unit=server/1 departing=server/1';
    expect(since.includes(departed)).toBe(juju !== '4.0');
    await model.waitFor(async () => (await model.leaderOf('server')) === 'server/0');
  });
});
