import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupFolder, processesIn } from '../../testbed/machines/cgroup.ts';
import { run } from '../../testbed/machines/command.ts';
import {
  attachVolume,
  bootMachine,
  createMachine,
  createVolume,
  detachVolume,
  emptyDisk,
  ensureHostPackages,
  ensureImage,
  execInMachine,
  fillDisk,
  killMachine,
  machineInfo,
  removeMachine,
  removeModelMachines,
  removeVolume,
} from '../../testbed/machines/index.ts';
import { volumeFolder } from '../../testbed/machines/paths.ts';

const model = `disks-${process.pid}`;
const log = (line: string) => console.log(line);

beforeAll(async () => {
  await ensureHostPackages(log);
  await ensureImage('bookworm', log);
  await createMachine({ model, id: '0', base: 'bookworm', hostname: 'disks' });
  await createVolume(model, 'early', {});
  await createVolume(model, 'small', { sizeMiB: 64 });
  await attachVolume(model, '0', 'early', '/srv/early');
  await bootMachine(model, '0');
}, 600_000);

afterAll(async () => {
  await removeModelMachines(model);
}, 60_000);

async function inside(script: string): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return await execInMachine(model, '0', ['sh', '-c', script]);
}

async function freeMiB(path: string): Promise<number> {
  const { stdout } = await inside(`df --output=avail -B1M ${path} | tail -1`);
  return Number(stdout);
}

describe('a volume', { timeout: 60_000 }, () => {
  test('that was attached before the boot is there, and one attached later too', async () => {
    expect((await inside('mountpoint -q /srv/early && echo kept > /srv/early/file')).exitCode).toBe(0);
    await attachVolume(model, '0', 'small', '/srv/small');
    expect((await inside('mountpoint -q /srv/small && echo kept > /srv/small/file')).exitCode).toBe(0);
    expect(await freeMiB('/srv/small')).toBeLessThan(64);
  });

  test('keeps its content through a power cut', async () => {
    await killMachine(model, '0');
    await bootMachine(model, '0');
    expect((await inside('cat /srv/early/file /srv/small/file')).stdout).toBe('kept\nkept\n');
  });

  test('is held by no other machine, when that was booted meanwhile', async () => {
    await createMachine({ model, id: 'other', base: 'bookworm', hostname: 'other' });
    await bootMachine(model, 'other');
    const disk = join(volumeFolder(model, 'small'), 'disk');
    const loops = async () => (await run(['losetup', '--associated', disk])).stdout;
    expect(await loops()).not.toBe('');
    await killMachine(model, '0');
    expect(await loops()).toBe('');
    const [supervisor = 0] = processesIn(join(await groupFolder(`${model}.other`), 'supervisor'));
    const mounts = readFileSync(`/proc/${supervisor}/mounts`, 'utf8');
    expect(mounts).not.toContain(`${machineInfo(model, '0').folder}/`);
    expect(mounts).toContain(`${machineInfo(model, 'other').folder}/`);
    await bootMachine(model, '0');
    await removeMachine(model, 'other');
  });

  test('with a limit can be filled and emptied; the host disk cannot', async () => {
    await fillDisk(model, '0', '/srv/small', 1);
    expect(await freeMiB('/srv/small')).toBeLessThanOrEqual(1);
    const full = await inside('dd if=/dev/zero of=/srv/small/more bs=1M count=8');
    expect(full.stderr).toContain('No space left on device');
    await emptyDisk(model, '0', '/srv/small');
    expect(await freeMiB('/srv/small')).toBeGreaterThan(8);
    await expect(fillDisk(model, '0', '/srv/early', 1)).rejects.toThrow("the host's own disk");
    await expect(fillDisk(model, '0', '/', 1)).rejects.toThrow("the host's own disk");
  });

  test('in use is not detached; else it goes and can come back elsewhere', async () => {
    await inside('systemd-run --unit=user --working-directory=/srv/small sleep infinity');
    await expect(detachVolume(model, '0', 'small')).rejects.toThrow(/busy/);
    await inside('systemctl stop user');
    await detachVolume(model, '0', 'small');
    expect((await inside('mountpoint -q /srv/small')).exitCode).not.toBe(0);
    await attachVolume(model, '0', 'small', '/srv/elsewhere');
    expect((await inside('cat /srv/elsewhere/file')).stdout).toBe('kept\n');
    await expect(removeVolume(model, 'small')).rejects.toThrow('detach it first');
  });

  test('outlives its machine', async () => {
    await removeMachine(model, '0');
    await createMachine({ model, id: '0', base: 'bookworm', hostname: 'disks' });
    await attachVolume(model, '0', 'small', '/srv/again');
    await bootMachine(model, '0');
    expect((await inside('cat /srv/again/file')).stdout).toBe('kept\n');
    await detachVolume(model, '0', 'small');
    await removeVolume(model, 'small');
    await expect(attachVolume(model, '0', 'small', '/srv/again')).rejects.toThrow('has no volume small');
  });
});
