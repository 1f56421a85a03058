import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Base, machineFolder, modelFolder, modelsFolder } from './paths.ts';

/** A host's file or folder seen inside a machine. */
export interface Bind {
  from: string;
  to: string;
  readOnly: boolean;
}

/** Record of a machine on disk: all that a boot needs. */
export interface MachineRecord {
  id: string;
  base: Base;
  hostname: string;
  /** Folder of the image below the overlay. */
  image: string;
  /** Last part of the machine's IPv4 address; also in the names of its network interfaces. */
  hostNumber: number;
  binds: Bind[];
  /** Its cable is pulled out. */
  cut: boolean;
  /** Each packet from it and to it is this late. */
  delayMs: number;
}

/** The record of a machine. Throws when there is no such machine. */
export function readMachineRecord(model: string, id: string): MachineRecord {
  const record = readJson<MachineRecord>(join(machineFolder(model, id), 'machine.json'));
  if (record === undefined) throw new Error(`model ${model} has no machine ${id}`);
  return record;
}

export function writeMachineRecord(model: string, record: MachineRecord): void {
  writeJson(join(machineFolder(model, record.id), 'machine.json'), record);
}

/** Ids of a model's machines that were created to the end. */
export function machineIds(model: string): string[] {
  const folder = join(modelFolder(model), 'machines');
  return names(folder).filter((id) => readJson(join(folder, id, 'machine.json')) !== undefined);
}

/** Names of all models on this computer, running or not. */
export function modelNames(): string[] {
  return names(modelsFolder());
}

/** Image folders that some machine stands on. */
export function imagesInUse(): Set<string> {
  const machines = modelNames().flatMap((model) =>
    machineIds(model).map((id) => readMachineRecord(model, id)),
  );
  return new Set(machines.map((machine) => machine.image));
}

/** Names in a folder, sorted; none when there is no such folder. */
export function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Content of a file of JSON; undefined when there is no such file. */
export function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces a file in one step, so that a reader never sees half of it. */
export function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(value, undefined, 2)}\n`);
  renameSync(temporary, path);
}
