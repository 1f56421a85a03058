import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './command.ts';
import { startDelay, stopDelay } from './delay.ts';
import { knownNetwork } from './network.ts';
import { bridgeName, modelFolder } from './paths.ts';
import { type PortNames, portNames } from './port.ts';
import { readJson, readMachineRecord, writeJson, writeMachineRecord } from './records.ts';

type Pair = [string, string];

/**
 * Cuts a machine off from everyone: packets vanish both ways, and no one is told, as with a dead switch.
 * Lasts until healNetwork, over reboots too.
 */
export async function cutNetwork(model: string, id: string): Promise<void> {
  writeMachineRecord(model, { ...readMachineRecord(model, id), cut: true });
  await applyCut(model, id);
}

export async function healNetwork(model: string, id: string): Promise<void> {
  writeMachineRecord(model, { ...readMachineRecord(model, id), cut: false });
  await applyCut(model, id);
}

/**
 * Makes each packet to a machine and each from it delayMs late, so that an answer takes twice as long. 0
 * heals.
 */
export async function delayNetwork(model: string, id: string, delayMs: number): Promise<void> {
  if (!Number.isFinite(delayMs) || delayMs < 0) throw new Error(`a delay of ${delayMs} ms is not possible`);
  writeMachineRecord(model, { ...readMachineRecord(model, id), delayMs });
  await applyDelay(model, id);
  await applyCut(model, id);
}

/**
 * Cuts two machines off from each other, while all others reach both. Lasts until healBetween, over reboots
 * too.
 */
export async function cutBetween(model: string, idA: string, idB: string): Promise<void> {
  const pair = pairOf(idA, idB);
  for (const id of pair) readMachineRecord(model, id);
  await changePairs(model, (pairs) => [...pairs.filter((other) => !same(pair, other)), pair]);
}

export async function healBetween(model: string, idA: string, idB: string): Promise<void> {
  const pair = pairOf(idA, idB);
  await changePairs(model, (pairs) => pairs.filter((other) => !same(pair, other)));
}

/** Brings the faults that the disk knows of to a machine whose port was made anew. */
export async function restoreNetworkFaults(model: string, id: string): Promise<void> {
  const { cut, delayMs } = readMachineRecord(model, id);
  if (delayMs > 0) await applyDelay(model, id);
  if (cut) await applyCut(model, id);
  if (readPairs(model).length > 0) await applyPairs(model);
}

/** Forgets the cuts between a machine that is about to be deleted and others. */
export async function forgetPairs(model: string, id: string): Promise<void> {
  if (readPairs(model).some((pair) => pair.includes(id))) {
    await changePairs(model, (pairs) => pairs.filter((pair) => !pair.includes(id)));
  }
}

async function applyDelay(model: string, id: string): Promise<void> {
  const { hostNumber, delayMs } = readMachineRecord(model, id);
  const network = knownNetwork(model);
  if (!isUp(portNames(model, hostNumber))) return;
  await stopDelay(network, hostNumber);
  if (delayMs > 0) await startDelay(network, hostNumber, delayMs);
}

// A bridge port that is disabled passes nothing, while its cable still looks plugged in.
async function applyCut(model: string, id: string): Promise<void> {
  const { hostNumber, cut } = readMachineRecord(model, id);
  const names = portNames(model, hostNumber);
  if (!isUp(names)) return;
  const plug = existsSync(`/sys/class/net/${names.detour}`) ? names.detour : names.cable;
  await must(['bridge', 'link', 'set', 'dev', plug, 'state', cut ? '0' : '3']);
}

async function applyPairs(model: string): Promise<void> {
  const table = bridgeName(model);
  const rules = readPairs(model).flatMap(([idA, idB]) => {
    const [a, b] = [plugs(model, idA), plugs(model, idB)];
    return [`iifname ${a} oifname ${b} drop`, `iifname ${b} oifname ${a} drop`];
  });
  const chain = `chain between { type filter hook forward priority 0;\n${rules.join('\n')}\n}`;
  const again = rules.length === 0 ? '' : `table bridge ${table} {\n${chain}\n}\n`;
  await must(['nft', '-f', '-'], {
    stdin: `table bridge ${table}\ndelete table bridge ${table}\n${again}`,
  });
}

function plugs(model: string, id: string): string {
  const { cable, detour } = portNames(model, readMachineRecord(model, id).hostNumber);
  return `{ "${cable}", "${detour}" }`;
}

async function changePairs(model: string, change: (pairs: Pair[]) => Pair[]): Promise<void> {
  mkdirSync(modelFolder(model), { recursive: true });
  writeJson(pairsFile(model), change(readPairs(model)));
  await applyPairs(model);
}

function readPairs(model: string): Pair[] {
  return readJson<Pair[]>(pairsFile(model)) ?? [];
}

function pairsFile(model: string): string {
  return join(modelFolder(model), 'cut-pairs.json');
}

function pairOf(idA: string, idB: string): Pair {
  return idA < idB ? [idA, idB] : [idB, idA];
}

function same(one: Pair, other: Pair): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

function isUp({ cable }: PortNames): boolean {
  return existsSync(`/sys/class/net/${cable}`);
}
