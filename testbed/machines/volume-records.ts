import { join } from 'node:path';
import { modelFolder, volumeFolder } from './paths.ts';
import { names, readJson, writeJson } from './records.ts';

/** Storage that outlives machines: a folder of the host, or a disk of its own with a limit. */
export interface Volume {
  sizeMiB?: number;
  attached?: { machine: string; mountPoint: string };
}

/** The record of a volume; undefined when there is no such volume. */
export function readVolume(model: string, volumeId: string): Volume | undefined {
  return readJson<Volume>(join(volumeFolder(model, volumeId), 'volume.json'));
}

/** The record of a volume. Throws when there is no such volume. */
export function mustReadVolume(model: string, volumeId: string): Volume {
  const volume = readVolume(model, volumeId);
  if (volume === undefined) throw new Error(`model ${model} has no volume ${volumeId}`);
  return volume;
}

export function writeVolume(model: string, volumeId: string, volume: Volume): void {
  writeJson(join(volumeFolder(model, volumeId), 'volume.json'), volume);
}

/** Ids and records of the volumes that are attached to a machine. */
export function volumesOf(model: string, id: string): [string, Volume][] {
  return names(join(modelFolder(model), 'volumes'))
    .map((volumeId): [string, Volume] => [volumeId, readVolume(model, volumeId) ?? {}])
    .filter(([, volume]) => volume.attached?.machine === id);
}
