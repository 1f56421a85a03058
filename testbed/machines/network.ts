import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimNumber, claimOf, releaseClaim } from './claims.ts';
import { must, run } from './command.ts';
import { bridgeName, modelFolder, modelHash, stateFolder } from './paths.ts';

/** A model's network: one bridge in the host's name space, on which the host has the first address. */
export interface Network {
  model: string;
  bridge: string;
  hostAddress: string;
  /** Such as 10.171.5.0/24. */
  cidr: string;
  hostAddress6: string;
  /** Such as fd6a:7462:5::/64. */
  cidr6: string;
}

const subnetsFolder = join(stateFolder, 'subnets');
const firstBytes = '10.171';
const firstWords = 'fd6a:7462';

/** The subnet's number of a model, claimed at its first use. */
async function subnetNumber(model: string): Promise<number> {
  const held = claimOf(subnetsFolder, model);
  if (held !== undefined) return held;
  const { stdout } = await run(['ip', '-4', 'route', 'show', 'table', 'all']);
  const start = Number.parseInt(modelHash(model).slice(0, 2), 16);
  const all = Array.from({ length: 256 }, (_, index) => (start + index) % 256);
  // Routes that a bridge of ours was left with do not count: the model takes it over.
  const routes = stdout.split('\n').filter((route) => !route.includes(`dev ${bridgeName(model)} `));
  const free = all.filter((number) => !routes.some((route) => route.includes(`${firstBytes}.${number}.`)));
  const advice = `all subnets ${firstBytes}.* are taken: destroy models, or all (npm run testbed:clean)`;
  return claimNumber(subnetsFolder, model, free, advice);
}

function network(model: string, number: number): Network {
  return {
    model,
    bridge: bridgeName(model),
    hostAddress: `${firstBytes}.${number}.1`,
    cidr: `${firstBytes}.${number}.0/24`,
    hostAddress6: `${firstWords}:${number.toString(16)}::1`,
    cidr6: `${firstWords}:${number.toString(16)}::/64`,
  };
}

/** The network of a model that has one. Throws when it has none. */
export function knownNetwork(model: string): Network {
  const number = claimOf(subnetsFolder, model);
  if (number === undefined) throw new Error(`model ${model} has no network`);
  return network(model, number);
}

/**
 * Makes sure that the model has a subnet, and the host its bridge; also after the host started anew. Models
 * reach each other over IPv4 through the host. Throws when every subnet is taken.
 */
export async function ensureNetwork(model: string): Promise<Network> {
  modelFolder(model);
  const result = network(model, await subnetNumber(model));
  const shown = await run(['ip', '-4', '-brief', 'address', 'show', 'dev', result.bridge, 'up']);
  if (!shown.stdout.includes(` ${result.hostAddress}/24`)) await addBridge(result);
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
  return result;
}

async function addBridge({ model, bridge, hostAddress, hostAddress6 }: Network): Promise<void> {
  const name = ['ip', 'link', 'add', bridge, 'address', ownMac(model)];
  const added = await run([...name, 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0']);
  // Another process may have made it in the meantime.
  if (added.exitCode !== 0 && !added.stderr.includes('File exists')) throw new Error(added.stderr.trim());
  await must(['ip', '-batch', '-'], {
    stdin: [
      `address flush dev ${bridge}`,
      `address replace ${hostAddress}/24 dev ${bridge}`,
      `address replace ${hostAddress6}/64 dev ${bridge} nodad`,
      `link set ${bridge} up`,
    ].join('\n'),
  });
}

/**
 * A bridge without a hardware address of its own takes the lowest of its ports, another one whenever a machine comes or goes; what
 * the other machines send to the host is then lost until they ask anew.
 */
function ownMac(model: string): string {
  return ['02', '74', '62', ...(modelHash(model).match(/../g) ?? [])].join(':');
}

/** Removes the model's bridge and gives its subnet back; no machine may be on it. */
export async function removeNetwork(model: string): Promise<void> {
  const bridge = bridgeName(model);
  await run(['nft', 'delete', 'table', 'bridge', bridge]);
  if (existsSync(`/sys/class/net/${bridge}`)) await must(['ip', 'link', 'delete', bridge]);
  releaseClaim(subnetsFolder, model);
}
