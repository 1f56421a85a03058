import { existsSync } from 'node:fs';
import { must, run } from './command.ts';
import type { Network } from './network.ts';
import { modelHash, prefix } from './paths.ts';

/** Names of a machine's network in the kernel. */
export interface PortNames {
  /** The name space in which the machine has its eth0. */
  nameSpace: string;
  /** The host's end of the machine's cable, plugged into the bridge. */
  cable: string;
  /** Stand-in for the cable on the bridge, and its other end, while packets are delayed by a program. */
  detour: string;
  detourEnd: string;
}

interface PortAddresses {
  address: string;
  address6: string;
  mac: string;
}

/** Names of the machine with the given host number. */
export function portNames(model: string, hostNumber: number): PortNames {
  const short = `${prefix}${modelHash(model)}`;
  return {
    nameSpace: `${short}-${hostNumber}`,
    cable: `${short}v${hostNumber}`,
    detour: `${short}d${hostNumber}`,
    detourEnd: `${short}e${hostNumber}`,
  };
}

/** Addresses of the machine with the given host number. */
export function portAddresses(network: Network, hostNumber: number): PortAddresses {
  const bytes = network.cidr.split('.').slice(0, 3).map(Number);
  const hexBytes = [...bytes, hostNumber].map((byte) => byte.toString(16).padStart(2, '0'));
  return {
    address: `${bytes.join('.')}.${hostNumber}`,
    address6: network.cidr6.replace('::/64', `::${hostNumber.toString(16)}`),
    // Always the same for an address, so that no neighbour remembers a wrong one.
    mac: `02:6a:${hexBytes.join(':')}`,
  };
}

/**
 * Gives a machine that is about to boot its network: a name space with addresses and routes, cabled to the
 * bridge. What was left of an earlier one must be gone (removePort).
 */
export async function addPort(network: Network, hostNumber: number): Promise<void> {
  const { nameSpace, cable } = portNames(network.model, hostNumber);
  const { address, address6, mac } = portAddresses(network, hostNumber);
  await must(['ip', '-batch', '-'], {
    stdin: [
      `netns add ${nameSpace}`,
      `link add ${cable} type veth peer name eth0 netns ${nameSpace} address ${mac}`,
      `link set ${cable} addrgenmode none`,
      `link set ${cable} master ${network.bridge} up`,
    ].join('\n'),
  });
  await must(['ip', '-netns', nameSpace, '-batch', '-'], {
    stdin: [
      'link set lo up',
      `address add ${address}/24 dev eth0`,
      `address add ${address6}/64 dev eth0 nodad`,
      'link set eth0 up',
      `route add default via ${network.hostAddress}`,
    ].join('\n'),
  });
}

/** Pulls the cable without a word to either end, as a power cut does: no packet leaves the dying machine. */
export async function silencePort(model: string, hostNumber: number): Promise<void> {
  const { cable } = portNames(model, hostNumber);
  await run(['ip', 'link', 'set', cable, 'down']);
}

/** Removes all that addPort and the faults made, as far as it is there. */
export async function removePort(model: string, hostNumber: number): Promise<void> {
  const { nameSpace, cable, detour } = portNames(model, hostNumber);
  for (const name of [cable, detour]) {
    if (existsSync(`/sys/class/net/${name}`)) await run(['ip', 'link', 'delete', name]);
  }
  // Another process may be removing it too: only what is still there afterwards is an error.
  const remove = ['ip', 'netns', 'delete', nameSpace];
  if (existsSync(`/run/netns/${nameSpace}`)) await run(remove);
  if (existsSync(`/run/netns/${nameSpace}`)) await must(remove);
}
