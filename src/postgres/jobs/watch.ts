/** Waiting for something outside of hooks, so that no hook has to. */
import * as z from 'zod';
import type { WatchCondition } from '../../server/jobs.ts';
import { answersOn } from '../../system/answering.ts';
import { waitFor } from '../../system/clock.ts';
import type { JobKind } from './job-kind.ts';

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
  if (until.event === 'elapsed') return async () => false;
  let failures = 0;
  return async () => {
    failures = (await answersOn(until.host, until.port, CONNECT_MS)) ? 0 : failures + 1;
    return failures >= FAILURES_NEEDED;
  };
}

const Until = z.discriminatedUnion('event', [
  z.object({ event: z.literal('unreachable'), host: z.string(), port: z.int() }),
  z.object({ event: z.literal('elapsed') }),
]);

export const watch: JobKind<'watch'> = {
  request: z.object({ until: Until, limitSeconds: z.number() }),
  notes: z.object({}),
  keepsNotes: false,
  file: 'watch',
  second: 'replaces',
  runs: 'once',
  // One that is killed is missed at most until the next event.
  stops: 'killed',
  properties: () => ({}),
  isSameWork: () => true,
  facts: ({ request, began }, alive) => ({ ...request, began, alive }),
  run: async ({ request, report }) => {
    await report.phase(`waiting: ${request.until.event}`);
    await runWatch(request.until, request.limitSeconds * 1000);
  },
};
