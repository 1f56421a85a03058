import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupFolder, killGroup } from './cgroup.ts';
import { must, run } from './command.ts';
import type { Network } from './network.ts';
import { portNames } from './port.ts';
import { until } from './waiting.ts';

const relay = join(import.meta.dirname, 'delay-relay.pl');

/**
 * Makes packets to and from a machine delayMs late: in the kernel where it can (netem), else in a small
 * program.
 */
export async function startDelay(network: Network, hostNumber: number, delayMs: number): Promise<void> {
  const { cable, nameSpace } = portNames(network.model, hostNumber);
  const netem = ['root', 'netem', 'delay', `${delayMs}ms`, 'limit', '100000'];
  const tried = await run(['tc', 'qdisc', 'replace', 'dev', cable, ...netem]);
  if (tried.exitCode === 0) {
    await must(['tc', '-netns', nameSpace, 'qdisc', 'replace', 'dev', 'eth0', ...netem]);
  } else {
    await startRelay(network, hostNumber, delayMs);
  }
}

/** Ends what startDelay did, as far as there is anything. */
export async function stopDelay(network: Network, hostNumber: number): Promise<void> {
  const { cable, detour, nameSpace } = portNames(network.model, hostNumber);
  await run(['tc', 'qdisc', 'delete', 'dev', cable, 'root']);
  await run(['tc', '-netns', nameSpace, 'qdisc', 'delete', 'dev', 'eth0', 'root']);
  await endRelay(network.model, hostNumber);
  if (!existsSync(`/sys/class/net/${detour}`)) return;
  await must(['ip', 'link', 'delete', detour]);
  await must(['ip', 'link', 'set', cable, 'master', network.bridge]);
  await must(['ip', 'netns', 'exec', nameSpace, 'ethtool', '-K', 'eth0', 'tx', 'on']);
}

/**
 * The cable leaves the bridge; a second one takes its plug, and a program carries frames between the two
 * loose ends. A frame that a program carries needs its checksum and its final size, which the kernel leaves
 * to hardware: so both senders are told that there is none.
 */
async function startRelay(network: Network, hostNumber: number, delayMs: number): Promise<void> {
  const { cable, detour, detourEnd, nameSpace } = portNames(network.model, hostNumber);
  await must(['ip', 'link', 'set', cable, 'nomaster']);
  await must(['ip', '-batch', '-'], {
    stdin: [
      `link add ${detour} type veth peer name ${detourEnd}`,
      `link set ${detour} addrgenmode none`,
      `link set ${detourEnd} addrgenmode none`,
      `link set ${detour} master ${network.bridge} up`,
      // Without ARP the host does not answer on the loose ends in the place of others.
      `link set ${detourEnd} arp off promisc on up`,
      `link set ${cable} arp off promisc on`,
    ].join('\n'),
  });
  await must(['ethtool', '-K', detour, 'tx', 'off']);
  await must(['ip', 'netns', 'exec', nameSpace, 'ethtool', '-K', 'eth0', 'tx', 'off']);
  const group = await relayGroup(network.model, hostNumber);
  const indexes = [cable, detourEnd].map((name) =>
    readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8').trim(),
  );
  const enter = 'mkdir -p "$0" && echo $$ > "$0/cgroup.procs" && exec perl "$@"';
  const argv = ['-ec', enter, group, relay, ...indexes, String(delayMs)];
  const child = spawn('sh', argv, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let ready = false;
  let failed = false;
  child.stdout.once('data', () => {
    ready = true;
  });
  child.on('error', () => {
    failed = true;
  });
  child.on('exit', () => {
    failed = true;
  });
  await until('packets are delayed', 10_000, () => {
    if (failed) throw new Error('the program that delays packets ended at once');
    return ready;
  });
  child.stdout.destroy();
  child.unref();
}

/** Ends the program that delays a machine's packets, if there is one; its interfaces stay. */
export async function endRelay(model: string, hostNumber: number): Promise<void> {
  await killGroup(await relayGroup(model, hostNumber));
}

async function relayGroup(model: string, hostNumber: number): Promise<string> {
  return await groupFolder(`${portNames(model, hostNumber).nameSpace}.delay`);
}
