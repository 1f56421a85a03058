/**
 * Sign of life that the fence leaves after each look: in /run, so that a full disk cannot hide it and no boot survives it. A process
 * alone proves nothing: it may stand still, or never have come to its first look.
 */
import { statSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { bootMoment } from '../system/clock.ts';
import { readText } from '../system/files.ts';
import { startTicks } from '../system/start-ticks.ts';
import type { MachineRoots } from './machine.ts';

const FenceSign = z.object({
  pid: z.int(),
  startTicks: z.string(),
  /** File the process runs: another after the charm was upgraded. */
  program: z.string(),
  at: z.object({ boot: z.string(), seconds: z.number() }),
});

export type FenceSign = z.infer<typeof FenceSign>;

function pathIn({ run }: Pick<MachineRoots, 'run'>): string {
  return join(run, 'fence.json');
}

/** Notes that this process has looked just now. */
export async function leaveSign(roots: Pick<MachineRoots, 'run'>): Promise<void> {
  const { pid } = process;
  const sign: FenceSign = {
    pid,
    startTicks: (await startTicks(pid)) ?? '',
    program: thisProgram(),
    at: bootMoment(),
  };
  const path = pathIn(roots);
  await mkdir(roots.run, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(sign), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The last sign, while the process that left it lives; null otherwise. */
export async function readSign(roots: Pick<MachineRoots, 'run'>): Promise<FenceSign | null> {
  const text = await readText(pathIn(roots));
  if (text === null) return null;
  const sign = parsed(text);
  return sign !== null && (await startTicks(sign.pid)) === sign.startTicks ? sign : null;
}

function parsed(text: string): FenceSign | null {
  try {
    return FenceSign.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Names the file dist/charm that this process runs. An upgrade puts another in its place. */
export function thisProgram(): string {
  const found = statSync(join(import.meta.dirname, 'charm'), { throwIfNoEntry: false });
  return found === undefined ? '' : [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ');
}
