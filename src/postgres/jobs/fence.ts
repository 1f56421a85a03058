/**
 * The fence: beside the server of every unit with peers. It stops a primary that has lost all contact (decision 13), and wakes the charm
 * when a standby's stream breaks or comes back, which no event tells.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Look, runsUntil } from '../../cluster/fence-deadline.ts';
import { firstContactSeconds } from '../../cluster/limits.ts';
import { type ClusterPlace, managedPaths } from '../../server/place.ts';
import { answersOn } from '../../system/answering.ts';
import { bootMoment, nowIso } from '../../system/clock.ts';
import { exists } from '../../system/files.ts';
import { requirePlace, traitsOf } from '../machine.ts';
import { postmasterPid } from '../postmaster.ts';
import { fenceServer } from '../server-control.ts';
import { type Streams, streamsOf } from '../sql/streams.ts';
import type { JobKind, JobWork } from './job-kind.ts';
import { streamWatch } from './stream-watch.ts';

const PAUSE_MS = 2_000;
/** Juju notes each connection that says nothing; with a member that streams it is not tried. */
const PAUSE_AFTER_JUJU_MS = 4_000;
const CONNECT_MS = 1_500;

export interface Seen {
  readonly look: Look;
  /** Whether a standby receives WAL; null for anything else. */
  readonly receives: boolean | null;
  readonly pauseMs: number;
}

/** Looks again and again, without end. */
async function run({ roots, request, report, wake }: JobWork<'fence'>): Promise<never> {
  const place = await requirePlace({ roots });
  const streams = streamsOf(place, request.replicationRole);
  const hasChanged = streamWatch();
  let until = seconds() + firstContactSeconds;
  let isFenced = false;
  for (;;) {
    const { look, receives, pauseMs } = await lookOnce(place, request.controllers, streams);
    until = runsUntil(until, look, seconds());
    if (look === 'alone' && seconds() >= until) {
      console.error(
        'neither a standby nor Juju can be reached: the server is stopped, so that another may take over',
      );
      // A full disk must not keep it from that.
      await report.note({ stoppedAt: nowIso() }).catch((error: unknown) => console.error(error));
      await fenceServer(place);
      isFenced = true;
    }
    // Before Juju can be reached nobody would hear.
    const isBack = isFenced && (await reachesJuju(request.controllers));
    if (isBack) isFenced = false;
    if (hasChanged(receives) || isBack) void wake().catch((error: unknown) => console.error(error));
    await sleep(pauseMs);
  }
}

/** One look, and how long to wait before the next. */
export async function lookOnce(
  place: ClusterPlace,
  controllers: readonly string[],
  streams: () => Promise<Streams | null>,
): Promise<Seen> {
  const nothing = { look: 'no-primary', receives: null, pauseMs: PAUSE_MS } as const;
  if ((await postmasterPid(place.dataDirectory)) === null) return nothing;
  const seen = await streams();
  const { signal } = managedPaths(place, traitsOf(place).recoveryIn);
  if (await exists(signal)) return { ...nothing, receives: seen?.receives ?? null };
  const members = (seen?.members ?? []).map((host) => answersOn(host, place.port, CONNECT_MS));
  if (await anyOf(members)) return { look: 'contact', receives: null, pauseMs: PAUSE_MS };
  return (await reachesJuju(controllers))
    ? { look: 'contact', receives: null, pauseMs: PAUSE_AFTER_JUJU_MS }
    : { look: 'alone', receives: null, pauseMs: PAUSE_MS };
}

/** Whether one of Juju's addresses takes a connection. */
async function reachesJuju(controllers: readonly string[]): Promise<boolean> {
  return anyOf(
    controllers.map((address) => {
      const colon = address.lastIndexOf(':');
      const host = address.slice(0, colon).replaceAll(/^\[|\]$/g, '');
      return answersOn(host, Number(address.slice(colon + 1)), CONNECT_MS);
    }),
  );
}

async function anyOf(answers: readonly Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(answers)).includes(true);
}

function seconds(): number {
  return bootMoment().seconds;
}

export const fence: JobKind<'fence'> = {
  request: z.object({ controllers: z.array(z.string()), replicationRole: z.string() }),
  notes: z.object({ stoppedAt: z.string().nullable().default(null) }),
  keepsNotes: false,
  file: 'fence',
  second: 'replaces',
  runs: 'always',
  // It must not die before the server it stops, nor wait for its turn.
  stops: 'killed',
  properties: () => ({ Restart: 'on-failure', RestartSec: '2', Nice: '-10', OOMScoreAdjust: '-900' }),
  isSameWork: () => true,
  facts: ({ request, notes, began }, alive) => ({
    alive,
    began,
    controllers: request.controllers,
    stoppedAt: notes.stoppedAt,
  }),
  run,
};
