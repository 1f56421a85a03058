/** Tries other members' servers on their ports. */
import type { Looks } from '../plan/looks.ts';
import { answersOn } from '../system/answering.ts';

const limitMs = 3_000;

/** Tries the ports, all at once. Unit → answer. */
export async function tryPorts(ports: Looks['ports']): Promise<Record<string, boolean>> {
  const answers = await Promise.all(
    ports.map(async ({ unit, host, port }) => [unit, await answersOn(host, port, limitMs)] as const),
  );
  return Object.fromEntries(answers);
}
