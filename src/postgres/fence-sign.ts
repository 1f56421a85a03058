/**
 * Sign of life that the fence leaves after each look: in /run, so that a full disk cannot hide it and no boot survives it. A process
 * alone proves nothing: it may stand still, or never have come to its first look.
 */
import { statSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { bootMoment } from '../system/clock.ts';
import { startTicks } from '../system/start-ticks.ts';
import { moveFolderAway } from './data-aside.ts';
import type { MachineRoots } from './machine.ts';
import { readReplaceable } from './state-note.ts';

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
  await moveFolderAway(path);
  await rename(`${path}.new`, path);
}

/** The last sign, while the process that left it lives; null otherwise, and where nobody can read it. */
export async function readSign(roots: Pick<MachineRoots, 'run'>): Promise<FenceSign | null> {
  const sign = await readReplaceable(pathIn(roots), FenceSign);
  return sign !== null && (await startTicks(sign.pid)) === sign.startTicks ? sign : null;
}

/** Names the file dist/charm that this process runs. An upgrade puts another in its place. */
export function thisProgram(): string {
  const found = statSync(join(import.meta.dirname, 'charm'), { throwIfNoEntry: false });
  return found === undefined ? '' : [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ');
}
