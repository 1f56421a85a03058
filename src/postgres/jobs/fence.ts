/** The fence: beside the server of every unit with peers, it stops a primary that has lost all contact (decision 13). */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Look, runsUntil } from '../../cluster/fence.ts';
import { firstContactSeconds } from '../../cluster/limits.ts';
import { type ClusterPlace, managedPaths } from '../../server/place.ts';
import type { JobRequest } from '../../server/steps.ts';
import { answersOn } from '../../system/answering.ts';
import { exists } from '../../system/files.ts';
import { traitsOf } from '../machine.ts';
import { postmasterPid } from '../postmaster.ts';
import { fenceServer } from '../server-control.ts';
import { memberHosts } from '../sql/member-hosts.ts';
import type { JobReport } from './job-report.ts';

const PAUSE_MS = 2_000;
/** Juju notes each connection that says nothing; with a member that streams it is not tried. */
const PAUSE_AFTER_JUJU_MS = 4_000;
const CONNECT_MS = 1_500;

/**
 * Looks again and again, without end. When Juju can be reached again
 * after the server was stopped, `wake` has the charm find out who is primary now.
 */
export async function keepFence(
  place: ClusterPlace,
  { controllers, replicationRole }: Extract<JobRequest, { job: 'fence' }>,
  report: Pick<JobReport, 'stopped'>,
  wake: () => Promise<void>,
): Promise<never> {
  const hosts = memberHosts(place, replicationRole);
  let until = seconds() + firstContactSeconds;
  let owesWake = false;
  for (;;) {
    const { look, pauseMs } = await lookOnce(place, controllers, hosts);
    until = runsUntil(until, look, seconds());
    if (look === 'alone' && seconds() >= until) {
      console.error(
        'neither a standby nor Juju can be reached: the server is stopped, so that another may take over',
      );
      await report.stopped();
      await fenceServer(place);
      owesWake = true;
    } else if (owesWake && (await reachesJuju(controllers))) {
      owesWake = false;
      void wake().catch((error: unknown) => console.error(error));
    }
    await sleep(pauseMs);
  }
}

/** One look, and how long to wait before the next. `hosts` tells where the members are that stream. */
export async function lookOnce(
  place: ClusterPlace,
  controllers: readonly string[],
  hosts: () => Promise<readonly string[]>,
): Promise<{ look: Look; pauseMs: number }> {
  const { signal } = managedPaths(place, traitsOf(place).recoveryIn);
  if ((await postmasterPid(place.dataDirectory)) === null || (await exists(signal))) {
    return { look: 'no-primary', pauseMs: PAUSE_MS };
  }
  const members = (await hosts()).map((host) => answersOn(host, place.port, CONNECT_MS));
  if (await anyOf(members)) return { look: 'contact', pauseMs: PAUSE_MS };
  return (await reachesJuju(controllers))
    ? { look: 'contact', pauseMs: PAUSE_AFTER_JUJU_MS }
    : { look: 'alone', pauseMs: PAUSE_MS };
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
  return performance.now() / 1000;
}
