/** Statuses and the version that Juju shows. They take effect at once, even if the hook fails. */
import * as z from 'zod';
import { askTool } from './ask.ts';
import { shownText } from './juju-text.ts';
import { HookCommandError, runTool } from './tool.ts';

export type StatusWord = 'active' | 'waiting' | 'maintenance' | 'blocked';

/** Sets the unit's status, or with `application` the application's (leader only). */
export async function statusSet(word: StatusWord, message: string, application = false): Promise<void> {
  await runTool('status-set', [...(application ? ['--application'] : []), '--', word, shownText(message)]);
}

const ApplicationStatus = z.object({
  'application-status': z.object({ status: z.string(), message: z.string().optional() }),
});

/** The application's status as Juju shows it (`active 1 primary`); null when this unit is not the leader. */
export async function applicationStatus(): Promise<string | null> {
  try {
    const answer = await askTool(ApplicationStatus, 'status-get', ['--application', '--include-data']);
    const { status, message = '' } = answer['application-status'];
    return `${status} ${message}`;
  } catch (error) {
    if (error instanceof HookCommandError) return null;
    throw error;
  }
}

/** The version `juju status` shows. */
export async function applicationVersionSet(version: string): Promise<void> {
  await runTool('application-version-set', [shownText(version)]);
}

/** Writes a line to the model's log. A line that is lost changes nothing. */
export async function jujuLog(level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR', message: string): Promise<void> {
  await runTool('juju-log', ['-l', level, '--', shownText(message)]).catch(() => {});
}

/**
 * Opens a port on every endpoint; the firewall follows when the application is exposed and the hook has succeeded. Throws an ordinary error,
 * fit for a status, when another unit of the machine has opened it.
 */
export async function openPort(port: number): Promise<void> {
  try {
    await runTool('open-port', [`${port}/tcp`]);
  } catch (error) {
    if (!(error instanceof HookCommandError) || !/conflicts with/.test(error.said)) throw error;
    throw new Error(`port ${port} cannot be opened: ${error.said}; remove one of the two units`, {
      cause: error,
    });
  }
}
