/** Waiting for something outside of hooks, so that no hook has to. */
import type { WatchCondition } from '../../server/server-steps.ts';
import { answersOn } from '../../system/answering.ts';
import { waitFor } from '../../system/clock.ts';

const PAUSE_MS = 250;
const CONNECT_MS = 2_000;
/** A single refused connection may be a restart. */
const FAILURES_NEEDED = 3;

/** Waits until `until` holds or `limitMs` is over; tells which. */
export async function runWatch(until: WatchCondition, limitMs: number): Promise<'met' | 'over'> {
  const met = conditionCheck(until);
  const answer = await waitFor(async () => ((await met()) ? true : null), limitMs, PAUSE_MS);
  return answer === null ? 'over' : 'met';
}

function conditionCheck(until: WatchCondition): () => Promise<boolean> {
  switch (until.event) {
    case 'elapsed':
      return async () => false;
    case 'unreachable': {
      let failures = 0;
      return async () => {
        failures = (await answersOn(until.host, until.port, CONNECT_MS)) ? 0 : failures + 1;
        return failures >= FAILURES_NEEDED;
      };
    }
  }
}
