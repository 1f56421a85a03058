/**
 * The fence: beside the server of every unit with peers. It stops a primary that has lost all contact (decision 13), and wakes the charm
 * when a stream from or to this server breaks or comes back, or its data goes out of sight, which no event tells.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Look, lookLimitSeconds, runsUntil, shortLookSeconds } from '../../cluster/fence-deadline.ts';
import { firstContactSeconds } from '../../cluster/limits.ts';
import { type ClusterPlace, managedPaths } from '../../server/place.ts';
import { nowIso, steadySeconds } from '../../system/clock.ts';
import { exists } from '../../system/files.ts';
import { leaveSign } from '../fence-sign.ts';
import { requirePlace, traitsOf } from '../machine.ts';
import { postmasterPid } from '../postmaster.ts';
import { fenceServer } from '../server-control.ts';
import { type Streams, streamsOf } from '../sql/streams.ts';
import { type Contact, contactOf, reachesJuju } from './fence-contact.ts';
import type { JobKind, JobReport, JobWork } from './job-kind.ts';
import { streamWatch } from './stream-watch.ts';

const PAUSE_MS = 2_000;
/** Juju notes each connection that says nothing; with a member that streams it is not tried. */
const PAUSE_AFTER_JUJU_MS = 4_000;

/** Looks again and again, without end. */
async function run({ roots, request, report, wake }: JobWork<'fence'>): Promise<never> {
  const place = await requirePlace({ roots });
  const seconds = steadySeconds();
  const streams = streamsOf(place, request.replicationRole, seconds);
  const receivesOther = streamWatch('false');
  const sendsOther = streamWatch();
  const dataOther = streamWatch();
  let until = seconds() + firstContactSeconds;
  let isFenced = false;
  for (;;) {
    const begun = seconds();
    const limitSeconds = lookLimitSeconds(until, begun);
    const seen = await lookOnce(place, request.controllers, streams, limitSeconds);
    const { look, contact, receives, sendsTo } = seen;
    // A contact was there after the look had begun: more than that is not known.
    until = runsUntil(until, look, begun);
    if (look === 'alone' && seconds() >= until) {
      await stopAlone(place, report);
      isFenced = true;
    }
    // Before Juju can be reached nobody would hear.
    const isBack = isFenced && (await reachesJuju(request.controllers));
    if (isBack) isFenced = false;
    const hasData = await inTime(dataIsThere(place), shortLookSeconds);
    const isOther = [
      receivesOther(receives?.toString() ?? null),
      sendsOther(sendsTo?.join() ?? null),
      dataOther(hasData?.toString() ?? null),
    ];
    if (isOther.includes(true) || isBack) void wake().catch((error: unknown) => console.error(error));
    await leaveSign(roots).catch((error: unknown) => console.error(error));
    await sleep(pauseMs(contact, 1000 * (until - seconds())));
  }
}

export interface Seen {
  readonly look: Look;
  readonly contact: Contact | null;
  /** True for a standby that receives WAL; null for anything else, and when it does not answer. */
  readonly receives: boolean | null;
  /** Hosts of the members that a primary sends WAL to; null for anything else, and when it does not answer. */
  readonly sendsTo: readonly string[] | null;
}

/** One look. Beside a primary it takes no longer than `limitSeconds`: what answers later has not answered. */
export async function lookOnce(
  place: ClusterPlace,
  controllers: readonly string[],
  streams: () => Promise<Streams | null>,
  limitSeconds: number,
): Promise<Seen> {
  if (await runsPrimary(place)) {
    const asked = streams();
    const contact = await inTime(
      contactOf(place, controllers, () => asked),
      limitSeconds,
    );
    const seen = await inTime(asked, 0);
    const sendsTo = seen?.members.toSorted() ?? null;
    return { look: contact === null ? 'alone' : 'contact', contact, receives: null, sendsTo };
  }
  return {
    look: 'no-primary',
    contact: null,
    receives: await inTime(receiving(place, streams), shortLookSeconds),
    sendsTo: null,
  };
}

/** Stops the server. */
async function stopAlone(place: ClusterPlace, report: JobReport<'fence'>): Promise<void> {
  console.error(
    'neither a standby nor Juju can be reached: the server is stopped, so that another may take over',
  );
  // A full disk must not keep it from that.
  await report.note({ stoppedAt: nowIso() }).catch((error: unknown) => console.error(error));
  await fenceServer(place);
}

/** A server runs that is no standby: one that still recovers from a crash will be a primary. */
async function runsPrimary(place: ClusterPlace): Promise<boolean> {
  if ((await postmasterPid(place.dataDirectory)) === null) return false;
  return !(await exists(managedPaths(place, traitsOf(place).recoveryIn).signal));
}

/** True when the data is in its place; null when that cannot be told. A server does not notice that its volume was taken from under it. */
async function dataIsThere({ dataDirectory }: ClusterPlace): Promise<boolean | null> {
  return exists(join(dataDirectory, 'PG_VERSION')).catch(() => null);
}

/** True when a standby receives WAL; null where no server runs. */
async function receiving(
  place: ClusterPlace,
  streams: () => Promise<Streams | null>,
): Promise<boolean | null> {
  if ((await postmasterPid(place.dataDirectory)) === null) return null;
  return (await streams())?.receives ?? null;
}

/** The answer, or null when it takes longer: whoever waits for it is to act by then. */
async function inTime<T>(answer: Promise<T>, limitSeconds: number): Promise<T | null> {
  return Promise.race([answer, sleep(1000 * limitSeconds, null)]);
}

/** A primary that is alone is looked at again when its time is over, and not later. */
function pauseMs(contact: Contact | null, leftMs: number): number {
  if (contact === 'juju') return PAUSE_AFTER_JUJU_MS;
  return contact === 'member' ? PAUSE_MS : Math.max(100, Math.min(PAUSE_MS, leftMs));
}

export const fence: JobKind<'fence'> = {
  request: z.object({ controllers: z.array(z.string()), replicationRole: z.string() }),
  notes: z.object({ stoppedAt: z.string().nullable().default(null) }),
  keepsNotes: true,
  file: 'fence',
  second: 'replaces',
  runs: 'always',
  // It must not die before the server it stops, nor wait for its turn.
  stops: 'killed',
  properties: () => ({
    Restart: 'always',
    RestartSec: '2',
    // systemd never gives it up.
    StartLimitIntervalSec: '0',
    Nice: '-10',
    OOMScoreAdjust: '-900',
  }),
  isSameWork: () => true,
  // Its process lives or not, and runs what it may: its sign tells more (observe-fence.ts).
  facts: ({ request, notes, error, finishedAt, ended }, alive) => ({
    alive,
    isCurrent: true,
    controllers: request.controllers,
    stoppedAt: notes.stoppedAt,
    failure: error === null || ended === null || finishedAt !== null ? null : { reason: error, at: ended },
  }),
  run,
};
