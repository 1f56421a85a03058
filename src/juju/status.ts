/** What Juju is told to show. These take effect at once, whatever becomes of the hook. */
import { runTool } from './tool.ts';

export type StatusWord = 'active' | 'waiting' | 'maintenance' | 'blocked';

/** Sets the unit's status, or with `application` the application's (leader only). */
export async function statusSet(word: StatusWord, message: string, application = false): Promise<void> {
  await runTool('status-set', [...(application ? ['--application'] : []), '--', word, message]);
}

/** The version `juju status` shows. */
export async function applicationVersionSet(version: string): Promise<void> {
  await runTool('application-version-set', [version]);
}

/** Writes a line to the model's log. A line that is lost changes nothing. */
export async function jujuLog(level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR', message: string): Promise<void> {
  await runTool('juju-log', ['-l', level, '--', message]).catch(() => {});
}

/** Opens a port on every endpoint; the firewall follows when the application is exposed and the hook has succeeded. */
export async function openPort(port: number): Promise<void> {
  await runTool('open-port', [`${port}/tcp`]);
}
