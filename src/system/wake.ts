import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runCommand } from './command.ts';

const ATTEMPTS = 30;
const PAUSE_MS = 2_000;
const LIMIT_MS = 15 * 60_000;
/** With a hook's variable the command would believe that it runs within that hook. */
const outsideHooks = { JUJU_CONTEXT_ID: null };

/**
 * Makes the unit's agent run a pass of the charm, from outside of any hook: through juju-exec, or juju-run
 * on Juju 2.9. Refused while the agent is busy or starting, it asks again for a while. Throws CommandError
 * when it was refused to the end.
 */
export async function wakeCharm(unit: string, charmDirectory: string): Promise<void> {
  const program = ['/usr/bin/juju-exec', '/usr/bin/juju-run'].find((path) => existsSync(path)) ?? 'juju-exec';
  const pass = join(charmDirectory, 'hooks', 'update-status');
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runCommand(program, [unit, pass], { timeoutMs: LIMIT_MS, env: outsideHooks });
      return;
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}
