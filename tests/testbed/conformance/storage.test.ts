import { expect, test } from 'vitest';
import { prints, probe } from './probe.ts';
import { charm, events, inEachMode, leaveScript, stages } from './stage.ts';

// Storage that comes, goes and is given to another unit; resources; bases.

const on = stages('storage', async (stage) => {
  const { model } = stage;
  await model.deploy(await charm(stage, 'server'), { storage: { pgdata: '64M' } });
  await model.waitSettled();
});

inEachMode((juju) => {
  test('storage of a size is mounted there before install and really has that size', async () => {
    const machine = await on(juju).model.machineOf('server/0');
    expect((await events(on(juju), 'server/0'))[0]).toBe('pgdata-storage-attached pgdata/0');
    const [, sizeKiB] = /(\d+)/.exec(await machine.sh('df -k --output=size /srv/pgdata | tail -1')) ?? [];
    expect(Number(sizeKiB)).toBeLessThan(70_000);
    await machine.sh('echo kept >/srv/pgdata/file');
    expect(await on(juju).model.storage()).toEqual([
      expect.objectContaining({
        id: 'pgdata/0',
        unit: 'server/0',
        location: '/srv/pgdata',
        sizeMiB: 64,
        status: 'attached',
      }),
    ]);
  });

  test('add-storage by the operator and by the charm', async () => {
    const { model } = on(juju);
    await model.client.call('addStorage', { unit: 'server/0', name: 'logs', spec: '1' });
    await model.waitSettled();
    expect((await events(on(juju), 'server/0')).at(-1)).toMatch(/^logs-storage-attached logs\/\d+$/);
    const [added, listed] = await probe(on(juju), 'server/0', ['storage-add logs', 'storage-list logs']);
    expect(added).toEqual(prints(''));
    // Buffered: not there before the commit.
    expect(listed?.stdout.trim().split('\n')).toHaveLength(1);
    await model.waitSettled();
    const [after, location] = await probe(on(juju), 'server/0', [
      'storage-list logs',
      'storage-get -s $(storage-list logs | tail -1) location',
    ]);
    expect(after?.stdout.trim().split('\n')).toHaveLength(2);
    expect(location?.stdout).toMatch(/^\/srv\/logs\//);
    await expect(
      model.client.call('addStorage', { unit: 'server/0', name: 'logs', spec: '2' }),
    ).rejects.toThrow(/logs/);
  });

  test('detach and attach: hooks, and the data is still there', async () => {
    const { model } = on(juju);
    const id = (await model.storage()).find((each) => each.name === 'logs')?.id ?? '';
    const machine = await model.machineOf('server/0');
    const location = (await model.storage()).find((each) => each.id === id)?.location ?? '';
    await machine.sh(`echo data >${location}/file`);
    await model.client.call('detachStorage', { id });
    await model.waitFor(
      async () => (await model.storage()).find((each) => each.id === id)?.status === 'detached',
    );
    expect(await events(on(juju), 'server/0')).toContain(`logs-storage-detaching ${id}`);
    expect((await machine.exec(`test -e ${location}/file`)).exitCode).not.toBe(0);
    await model.client.call('attachStorage', { unit: 'server/0', id });
    await model.waitSettled();
    expect((await events(on(juju), 'server/0')).at(-1)).toBe(`logs-storage-attached ${id}`);
    const again = (await model.storage()).find((each) => each.id === id)?.location ?? '';
    expect(await machine.read(`${again}/file`)).toBe('data\n');
  });

  test('a mount that is busy at storage-detaching: forced away up to 3.6, blocks the removal in 4.0', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('server/0');
    await machine.sh('cd /srv/pgdata && (setsid sleep 900 >/dev/null 2>&1 & echo $! >/tmp/busy)');
    await leaveScript(on(juju), 'server/0', 'stop', 'exit 0');
    await model.removeUnit('server/0');
    if (juju === '4.0') {
      await model.waitFor(async () =>
        (await events(on(juju), 'server/0')).includes('pgdata-storage-detaching pgdata/0'),
      );
      await model.exec('server/0', 'true');
      expect(await model.unit('server/0')).toBeDefined();
      expect(await events(on(juju), 'server/0')).not.toContain('remove');
      await machine.sh('kill $(cat /tmp/busy)');
    }
    await model.waitGone('server/0');
    expect((await model.storage()).find((each) => each.id === 'pgdata/0')).toMatchObject({
      unit: null,
      status: 'detached',
    });
  });

  test('storage that was left is given to a new unit, with its data', async () => {
    const { model } = on(juju);
    const [unit = ''] = (
      await model.client.call('addUnit', { application: 'server', attachStorage: ['pgdata/0'] })
    ).units;
    await model.waitSettled();
    expect((await events(on(juju), unit))[0]).toBe('pgdata-storage-attached pgdata/0');
    expect(await (await model.machineOf(unit)).read('/srv/pgdata/file')).toBe('kept\n');
  });
});
