import { execInMachine } from './inside.ts';

/**
 * Stops (SIGSTOP) the processes of a machine whose command line matches the pattern, as pkill -f reads it.
 * Throws when none does.
 */
export async function pauseProcess(model: string, id: string, pattern: string): Promise<void> {
  await killProcess(model, id, pattern, 'STOP');
}

/** Lets the processes that match the pattern go on (SIGCONT). Throws when none matches. */
export async function resumeProcess(model: string, id: string, pattern: string): Promise<void> {
  await killProcess(model, id, pattern, 'CONT');
}

/**
 * Sends a signal, such as KILL or TERM, to the processes of a machine that match the pattern. Throws when
 * none does.
 */
export async function killProcess(model: string, id: string, pattern: string, signal: string): Promise<void> {
  const argv = ['pkill', `-${signal.replace(/^SIG/, '')}`, '-f', '--', pattern];
  const { exitCode, stderr } = await execInMachine(model, id, argv);
  if (exitCode === 1) throw new Error(`machine ${id} has no process that matches "${pattern}"`);
  if (exitCode !== 0) throw new Error(`machine ${id}: ${stderr.trim()}`);
}
