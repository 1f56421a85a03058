import type { AdminClient, JujuMode } from '../protocol/admin.ts';
import type { StatusDocument } from '../protocol/status-types.ts';
import { diagnosis } from './diagnosis.ts';

export interface WaitOptions {
  timeoutMs?: number;
  /** Condition that is waited for, for the message of a failure: "two standbys". */
  describe?: string;
}

const defaultTimeoutMs = 120_000;

/**
 * Waits until `holds` says so (or gives a value that is not false, null or undefined), asked anew after
 * each change of
 * the model, at least once a second. Rejects when the time is over, with the whole picture in the message.
 */
export async function waitForStatus<T>(
  client: AdminClient,
  juju: JujuMode,
  holds: (status: StatusDocument) => T | Promise<T>,
  options: WaitOptions = {},
): Promise<NonNullable<T>> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const deadline = Date.now() + timeoutMs;
  let version = 0;
  for (;;) {
    const answer = await holds(await client.call('status', {}));
    if (answer !== false && answer !== null && answer !== undefined) return answer;
    const leftMs = deadline - Date.now();
    if (leftMs <= 0) {
      const what = options.describe ?? holds.toString();
      throw new Error(`not reached within ${timeoutMs} ms: ${what}\n\n${await diagnosis(client, juju)}`);
    }
    ({ version } = await client.call('changes.wait', { after: version, timeoutMs: Math.min(leftMs, 1000) }));
  }
}

/**
 * Waits until every agent is idle and has seen the newest of everything. Rejects like {@link
 * waitForStatus}.
 */
export async function waitUntilSettled(
  client: AdminClient,
  juju: JujuMode,
  options: { timeoutMs?: number; except?: string[] } = {},
): Promise<void> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const except = options.except === undefined ? {} : { except: options.except };
  const { settled, waitingFor } = await client.call('settled.wait', { timeoutMs, ...except });
  if (settled) return;
  const reasons = waitingFor.join('; ');
  throw new Error(`not settled within ${timeoutMs} ms: ${reasons}\n\n${await diagnosis(client, juju)}`);
}
