/** A script in a process group of its own, which is killed as a whole at a moment of the test's choice. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '../../src/system/clock.ts';

/**
 * Runs `script` of this folder with `args` and kills it with kill -9 as soon as `moment` is there; tells
 * whether it was in time.
 */
export async function killAt(
  script: string,
  args: readonly string[],
  moment: () => Promise<boolean>,
): Promise<'killed' | 'ended'> {
  const path = new URL(script, import.meta.url).pathname;
  const child = spawn(process.execPath, [path, ...args], { detached: true, stdio: 'ignore' });
  const ended = once(child, 'close');
  await waitFor(async () => ((await moment()) || child.exitCode !== null ? true : null), 30_000, 2);
  const inTime = child.pid !== undefined && child.exitCode === null;
  if (inTime) process.kill(-child.pid, 'SIGKILL');
  await ended;
  return inTime ? 'killed' : 'ended';
}
