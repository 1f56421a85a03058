import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runCommand } from './command.ts';

const ATTEMPTS = 30;
const PAUSE_MS = 2_000;
const LIMIT_MS = 15 * 60_000;

/**
 * Makes the unit's agent run a pass of the charm, from outside of any hook: through juju-exec, or juju-run
 * on Juju 2.9. Refused while the agent is busy or starting, it asks again for a while. Throws ToolError
 * when it was refused to the end.
 */
export async function wakeCharm(unit: string, charmDirectory: string): Promise<void> {
  const program = ['/usr/bin/juju-exec', '/usr/bin/juju-run'].find((path) => existsSync(path)) ?? 'juju-exec';
  const pass = join(charmDirectory, 'hooks', 'update-status');
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runCommand(program, [unit, pass], { timeoutMs: LIMIT_MS, env: withoutJuju() });
      return;
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}

/** Variables of a hook's context would make the command believe it runs within that hook. */
function withoutJuju(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) => name.startsWith('JUJU_'));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
