import { rmSync } from 'node:fs';
import { removedExitCode } from './controller-link.ts';

/** Ends the agent of a unit that is no more. Juju takes its folder `home` from the machine, with the charm in it. */
export function leaveMachine(home: string | null): never {
  if (home !== null) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  process.exit(removedExitCode);
}
