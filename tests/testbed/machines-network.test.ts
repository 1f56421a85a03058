import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bootMachine,
  createMachine,
  cutBetween,
  cutNetwork,
  delayNetwork,
  ensureHostPackages,
  ensureImage,
  ensureNetwork,
  execInMachine,
  healBetween,
  healNetwork,
  killMachine,
  machineInfo,
  removeModelMachines,
} from '../../testbed/machines/index.ts';

const model = `network-${process.pid}`;
const otherModel = `network-other-${process.pid}`;
const log = (line: string) => console.log(line);

beforeAll(async () => {
  await ensureHostPackages(log);
  await ensureImage('bookworm', log);
  await Promise.all([boot(model, 'a'), boot(model, 'b'), boot(model, 'c'), boot(otherModel, 'a')]);
}, 600_000);

afterAll(async () => {
  await removeModelMachines(model);
  await removeModelMachines(otherModel);
}, 60_000);

async function boot(ofModel: string, id: string): Promise<void> {
  await createMachine({ model: ofModel, id, base: 'bookworm', hostname: id });
  await bootMachine(ofModel, id);
}

/** True when one machine gets an answer from another, over the given IP version. */
async function reaches(from: string, to: string, version = 4, toModel = model): Promise<boolean> {
  const { address, address6 } = machineInfo(toModel, to);
  const target = version === 4 ? address : address6;
  const argv = ['ping', '-n', '-c', '1', '-W', '0.3', target];
  return (await execInMachine(model, from, argv)).exitCode === 0;
}

async function reachable(): Promise<string[]> {
  const pairs = ['ab', 'ba', 'ac', 'ca', 'bc', 'cb'];
  const answers = await Promise.all(pairs.map(([from = '', to = '']) => reaches(from, to)));
  return pairs.filter((_, index) => answers[index]);
}

/** True when the host gets an answer; the machine refuses, as nothing listens there. */
async function hostReaches(address: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: address, port: 9, timeout: 2000 });
    socket.on('timeout', () => resolve(false));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

const all = ['ab', 'ba', 'ac', 'ca', 'bc', 'cb'];

describe('a network of machines', { timeout: 60_000 }, () => {
  test('joins a model over IPv4 and IPv6, the host, and models to each other', async () => {
    expect(await reachable()).toEqual(all);
    expect(await reaches('a', 'b', 6)).toBe(true);
    expect(await reaches('a', 'a', 4, otherModel)).toBe(true);
    const { hostAddress, cidr } = await ensureNetwork(model);
    const ping = await execInMachine(model, 'a', ['ping', '-c', '1', '-W', '1', hostAddress]);
    expect(ping.exitCode).toBe(0);
    expect(cidr).not.toBe((await ensureNetwork(otherModel)).cidr);
    expect(await hostReaches(machineInfo(model, 'a').address)).toBe(true);
  });

  test('has a bridge that keeps its hardware address, whoever comes and goes', async () => {
    const { bridge } = await ensureNetwork(model);
    const seen = await Promise.all(
      ['address', 'addr_assign_type'].map((name) => readFile(`/sys/class/net/${bridge}/${name}`, 'utf8')),
    );
    // 3: set by somebody, not taken from a port.
    expect(seen).toEqual([expect.stringMatching(/^02:74:62:/), '3\n']);
  });

  test('loses one machine when its cable is cut, silently, until it is healed', async () => {
    await cutNetwork(model, 'a');
    expect(await reachable()).toEqual(['bc', 'cb']);
    expect(await reaches('b', 'a', 6)).toBe(false);
    expect(await reaches('a', 'a', 4, otherModel)).toBe(false);
    const carrier = await execInMachine(model, 'a', ['cat', '/sys/class/net/eth0/carrier']);
    expect(carrier.stdout.trim()).toBe('1');
    await healNetwork(model, 'a');
    await expect.poll(reachable).toEqual(all);
  });

  test('keeps a machine cut off when it boots anew', async () => {
    await cutNetwork(model, 'a');
    await killMachine(model, 'a');
    await bootMachine(model, 'a');
    expect(await reachable()).toEqual(['bc', 'cb']);
    await healNetwork(model, 'a');
    await expect.poll(reachable).toEqual(all);
  });

  test('can be cut between two machines only', async () => {
    await cutBetween(model, 'a', 'b');
    expect(await reachable()).toEqual(['ac', 'ca', 'bc', 'cb']);
    await cutBetween(model, 'c', 'b');
    expect(await reachable()).toEqual(['ac', 'ca']);
    await healBetween(model, 'b', 'a');
    await healBetween(model, 'b', 'c');
    await expect.poll(reachable).toEqual(all);
  });

  test('can be slow to one machine, for large transfers too', async () => {
    await delayNetwork(model, 'a', 40);
    const lateness = async (from: string, to: string) => {
      const { address } = machineInfo(model, to);
      const { stdout } = await execInMachine(model, from, [
        'ping',
        '-n',
        '-c',
        '2',
        '-i',
        '0.2',
        '-W',
        '2',
        address,
      ]);
      return Number(/min\/avg\/max\/mdev = ([\d.]+)/.exec(stdout)?.[1]);
    };
    expect(await lateness('b', 'a')).toBeGreaterThanOrEqual(80);
    expect(await lateness('a', 'b')).toBeGreaterThanOrEqual(80);
    expect(await lateness('b', 'c')).toBeLessThan(80);
    expect(await transfer('b', 'a')).toBe('3000000');
    expect(await transfer('a', 'b')).toBe('3000000');
    await cutNetwork(model, 'a');
    expect(await reachable()).toEqual(['bc', 'cb']);
    await healNetwork(model, 'a');
    await delayNetwork(model, 'a', 0);
    await expect.poll(reachable).toEqual(all);
    expect(await lateness('b', 'a')).toBeLessThan(80);
    expect(await transfer('b', 'a')).toBe('3000000');
  });
});

const listen = `
import socket
server = socket.create_server(("", 4712))
print("ready", flush=True)
peer = server.accept()[0]
count = 0
while chunk := peer.recv(65536):
    count += len(chunk)
peer.sendall(str(count).encode())
`;

const send = `
import socket, sys, time
for attempt in range(200):
    try:
        peer = socket.create_connection((sys.argv[1], 4712), timeout=10)
        break
    except ConnectionRefusedError:
        time.sleep(0.02)
peer.sendall(b"x" * 3000000)
peer.shutdown(socket.SHUT_WR)
print(peer.recv(100).decode())
`;

/** Sends three million bytes over TCP, and returns how many of them the other says it got. */
async function transfer(from: string, to: string): Promise<string> {
  const server = execInMachine(model, to, ['python3', '-c', listen], { timeoutMs: 20_000 });
  const argv = ['python3', '-c', send, machineInfo(model, to).address];
  const client = await execInMachine(model, from, argv, { timeoutMs: 20_000 });
  await server;
  return client.stdout.trim();
}
