import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupFolder, leader, processesIn } from '../../testbed/machines/cgroup.ts';
import { run } from '../../testbed/machines/command.ts';
import {
  bases,
  bootMachine,
  copyFromMachine,
  copyIntoMachine,
  createMachine,
  delayNetwork,
  ensureHostPackages,
  ensureImage,
  execInMachine,
  isRunning,
  killMachine,
  killProcess,
  machineInfo,
  pauseProcess,
  poweroffMachine,
  readFileInMachine,
  removeModelMachines,
  resumeProcess,
  writeFileInMachine,
} from '../../testbed/machines/index.ts';
import { bridgeName, modelFolder, stateFolder } from '../../testbed/machines/paths.ts';

const model = `machines-${process.pid}`;
const log = (line: string) => console.log(line);
let hostFolder = '';

beforeAll(async () => {
  await ensureHostPackages(log);
  for (const base of bases) await ensureImage(base, log);
  hostFolder = await mkdtemp(join(tmpdir(), 'machines-'));
  await writeFile(join(hostFolder, 'greeting'), 'hello');
}, 600_000);

afterAll(async () => {
  await removeModelMachines(model);
  await rm(hostFolder, { recursive: true, force: true });
}, 60_000);

async function output(id: string, ...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execInMachine(model, id, argv);
  expect({ argv, exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout.trim();
}

/** Host's ids of the processes that hold a machine up. */
async function supervisors(id: string): Promise<number[]> {
  const group = await groupFolder(`${model}.${id}`);
  return [...processesIn(join(group, 'supervisor')), leader(group) ?? 0].filter((pid) => pid > 0);
}

/** Kernel objects under the model's name. */
async function leftInKernel(): Promise<string> {
  const looks = 'ip -brief link; ip netns; nft list tables; cat /proc/mounts; ls "$0"';
  const { stdout } = await run(['sh', '-c', looks, await groupFolder('')]);
  const lines = stdout.split('\n');
  return lines.filter((line) => line.includes(bridgeName(model)) || line.includes(model)).join('\n');
}

describe('a machine', { timeout: 120_000 }, () => {
  test.each([
    ['bookworm', '12'],
    ['trixie', '13'],
  ] as const)('of base %s boots and installs from its archive', async (base, release) => {
    await createMachine({ model, id: base, base, hostname: `host-${base}` });
    await bootMachine(model, base);
    expect(await output(base, 'systemctl', 'is-system-running')).toBe('running');
    expect(await output(base, 'sh', '-c', '. /etc/os-release; echo $VERSION_ID')).toBe(release);
    expect(await output(base, 'hostname')).toBe(`host-${base}`);
    expect(await output(base, 'getent', 'hosts', `host-${base}`)).toContain(machineInfo(model, base).address);
    await output(base, 'apt-get', 'update');
    await output(base, 'apt-get', 'install', '--yes', 'jq');
    expect(await output(base, 'jq', '-n', '1 + 1')).toBe('2');
  });

  test('gets files, units and host folders before its first boot', async () => {
    const unit =
      '[Service]\nExecStart=/bin/sh -c "cat /mnt/host/greeting > /run/greeted; exec sleep infinity"\n';
    const info = await createMachine({
      model,
      id: 'units',
      base: 'bookworm',
      hostname: 'units',
      binds: [{ from: hostFolder, to: '/mnt/host', readOnly: true }],
      files: [
        {
          path: '/etc/systemd/system/greet.service',
          content: `${unit}[Install]\nWantedBy=multi-user.target\n`,
          mode: 0o644,
        },
        { path: '/var/run-me', content: '#!/bin/sh\necho ran\n', mode: 0o755 },
      ],
      enable: ['greet.service'],
    });
    expect(readFileSync(join(info.rootPath, 'etc/hostname'), 'utf8')).toBe('units\n');
    await bootMachine(model, 'units');
    expect(await output('units', 'cat', '/run/greeted')).toBe('hello');
    expect(await output('units', '/var/run-me')).toBe('ran');
    const write = await execInMachine(model, 'units', ['touch', '/mnt/host/other']);
    expect(write.stderr).toContain('Read-only');
    expect(await output('units', 'journalctl', '-u', 'greet', '-o', 'cat')).toContain('Started');
  });

  test('runs programs with what the caller says', async () => {
    const options = { env: { ANSWER: '42' }, cwd: '/usr', user: 'nobody', stdin: 'from outside' };
    const script = 'echo $ANSWER; pwd; id -un; cat; echo to the side >&2; exit 3';
    expect(await execInMachine(model, 'units', ['sh', '-c', script], options)).toEqual({
      exitCode: 3,
      stdout: '42\n/usr\nnobody\nfrom outside',
      stderr: 'to the side\n',
    });
    const environment = (await output('units', 'env')).split('\n').map((line) => line.split('=')[0]);
    expect(environment.filter((name) => name !== '_' && name !== 'PWD').sort()).toEqual(['LANG', 'PATH']);
    const missing = await execInMachine(model, 'units', ['no-such-program']);
    expect(missing.exitCode).toBe(127);
    const builtin = await execInMachine(model, 'units', ['kill', '-0', '1']);
    expect(builtin).toMatchObject({ exitCode: 0 });
    const outside = await execInMachine(model, 'units', ['kill', '-0', String(process.pid)]);
    expect(outside.exitCode).toBe(1);
    const late = execInMachine(model, 'units', ['sleep', '1000'], { timeoutMs: 200 });
    await expect(late).rejects.toThrow('not done after 200 ms');
    expect((await execInMachine(model, 'units', ['pgrep', '-f', 'sleep 1000'])).exitCode).toBe(1);
  });

  test('copies files both ways', async () => {
    await copyIntoMachine(model, 'units', hostFolder, '/opt/copied.folder');
    expect(await output('units', 'cat', '/opt/copied.folder/greeting')).toBe('hello');
    await output('units', 'ln', '-s', 'greeting', '/opt/copied.folder/link');
    const back = join(hostFolder, 'back');
    await copyFromMachine(model, 'units', '/opt/copied.folder', back);
    expect(readFileSync(join(back, 'link'), 'utf8')).toBe('hello');
    await copyIntoMachine(model, 'units', join(hostFolder, 'greeting'), '/opt/alone');
    expect(await readFileInMachine(model, 'units', '/opt/alone')).toBe('hello');
  });

  test('has its processes paused, resumed and killed by pattern', async () => {
    await output('units', 'systemd-run', '--unit=victim', 'sleep', '4711');
    const find = ['pgrep', '-f', 'sleep 4711'];
    const state = async () =>
      await output('units', 'ps', '-o', 'state=', '-p', await output('units', ...find));
    await pauseProcess(model, 'units', 'sleep 4711');
    expect(await state()).toBe('T');
    await resumeProcess(model, 'units', 'sleep 4711');
    expect(await state()).toBe('S');
    await killProcess(model, 'units', 'sleep 4711', 'KILL');
    const left = async () => (await execInMachine(model, 'units', find)).exitCode;
    await expect.poll(left).toBe(1);
    await expect(killProcess(model, 'units', 'sleep 4711', 'KILL')).rejects.toThrow('no process');
  });

  test('keeps its files through power cut and shutdown, and can be written to while off', async () => {
    await output('units', 'sh', '-c', 'echo before > /root/file');
    await killMachine(model, 'units');
    expect(await isRunning(model, 'units')).toBe(false);
    await expect(execInMachine(model, 'units', ['true'])).rejects.toThrow('boot it first');
    await writeFileInMachine(model, 'units', '/root/while-off', 'off', 0o600);
    await bootMachine(model, 'units');
    expect(await readFileInMachine(model, 'units', '/root/file')).toBe('before\n');
    expect(await readFileInMachine(model, 'units', '/root/while-off')).toBe('off');
    await poweroffMachine(model, 'units');
    expect(await isRunning(model, 'units')).toBe(false);
    await bootMachine(model, 'units');
    expect(await output('units', 'journalctl', '--list-boots', '-q')).toMatch(/\n.*\n/);
  });

  test('shuts down soon while a program from outside runs, which had been paused', async () => {
    const endless = 'echo begun > /run/begun; while :; do sleep 1; done';
    const ended = execInMachine(model, 'units', ['sh', '-c', endless]);
    await expect
      .poll(async () => (await execInMachine(model, 'units', ['cat', '/run/begun'])).stdout)
      .toBe('begun\n');
    await pauseProcess(model, 'units', '/run/begun');
    await resumeProcess(model, 'units', '/run/begun');
    await poweroffMachine(model, 'units');
    expect(await ended).toEqual({ exitCode: 143, stdout: '', stderr: '' });
    await bootMachine(model, 'units');
  });

  test('that runs is not booted again', async () => {
    await expect(bootMachine(model, 'units')).rejects.toThrow('runs already');
  });

  test('that runs is a leftover when its id is created again', async () => {
    expect(await isRunning(model, 'units')).toBe(true);
    await createMachine({ model, id: 'units', base: 'bookworm', hostname: 'again' });
    expect(await isRunning(model, 'units')).toBe(false);
    await bootMachine(model, 'units');
    expect(await output('units', 'hostname')).toBe('again');
    expect((await execInMachine(model, 'units', ['test', '-e', '/root/file'])).exitCode).toBe(1);
  });

  test('whose supervisor and all were killed from outside boots again from the disk', async () => {
    for (const pid of await supervisors('units')) process.kill(pid, 'SIGKILL');
    await expect.poll(() => isRunning(model, 'units')).toBe(false);
    await bootMachine(model, 'units');
    expect(await output('units', 'hostname')).toBe('again');
  });

  test('that the disk has forgotten is neither in the way nor left behind', async () => {
    const { address } = machineInfo(model, 'units');
    await delayNetwork(model, 'units', 5);
    await rm(join(modelFolder(model), 'machines', 'units', 'machine.json'));
    await rm(join(modelFolder(model), 'addresses'), { recursive: true });
    await rm(join(stateFolder, 'subnets', address.split('.')[2] ?? ''));
    await createMachine({ model, id: 'units', base: 'bookworm', hostname: 'anew' });
    await bootMachine(model, 'units');
    expect(await output('units', 'hostname')).toBe('anew');
    await removeModelMachines(model);
    expect(existsSync(modelFolder(model))).toBe(false);
    expect(await leftInKernel()).toBe('');
  });

  test('is refused with a name that cannot be a folder, and is not found before it exists', async () => {
    const spec = { model, id: '../x', base: 'bookworm', hostname: 'x' } as const;
    await expect(createMachine(spec)).rejects.toThrow('machine "../x" is not usable');
    expect(() => machineInfo(model, 'absent')).toThrow(`model ${model} has no machine absent`);
  });
});
