/** Tries other members' servers on their ports. */
import type { Looks } from '../plan/looks.ts';
import { answersOn } from '../system/answering.ts';

const limitMs = 3_000;

/** Tries the ports, all at once. Unit → answer; a unit whose address cannot be tried has none. */
export async function tryPorts(ports: Looks['ports']): Promise<Record<string, boolean>> {
  const answers = await Promise.all(
    ports.map(async ({ unit, host, port }) => {
      const answer = await answersOn(host, port, limitMs).catch(() => null);
      return answer === null ? [] : [[unit, answer] as const];
    }),
  );
  return Object.fromEntries(answers.flat());
}
