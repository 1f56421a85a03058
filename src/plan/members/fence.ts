/** The guard beside the server (decision 13): when it is to run, and what the log says when it has stopped the server. */
import { fenceSeconds } from '../../cluster/limits.ts';
import type { MemberView } from '../../cluster/view.ts';
import type { Memory } from '../memory.ts';
import type { Observation } from '../observation.ts';
import { replicationRole } from '../server/desired-server.ts';
import type { Step } from '../step.ts';

/**
 * Started before its server can accept writes, beside standbys too: a promotion need not wait for it. Every unit with peers has one; a
 * unit alone has none, since nobody can take over from it.
 */
export function guardStart({ server, event, juju }: Observation, view: MemberView): Step[] {
  const { controllers } = event;
  if (!isWanted(view) || server.place === null || controllers.length === 0) return [];
  const { guard } = server;
  // One that was started before the charm was renewed runs the old program.
  const isOld = event.hook === 'upgrade-charm' && guard !== null && guard.startedAt < juju.askedAt;
  if (guard?.alive === true && guard.controllers.join() === controllers.join() && !isOld) return [];
  return [{ kind: 'job.start', request: { job: 'guard', controllers, replicationRole } }];
}

/** Ended when there is time for it. A unit that leaves sees its peers vanish and keeps what it has while its server runs. */
export function guardStop({ server, juju }: Observation, view: MemberView): Step[] {
  const isNeeded = isWanted(view) || (juju.leaving && server.state !== 'down');
  return server.guard?.alive === true && !isNeeded ? [{ kind: 'job.stop', job: 'guard' }] : [];
}

function isWanted(view: MemberView): boolean {
  return view.others.length > 0 && !view.dying && !view.manual;
}

/** Once for each time the fence has stopped the server, when `next` is about to be remembered. */
export function fencedNotice({ server, memory }: Observation, next: Memory): string | null {
  const stoppedAt = server.guard?.stoppedAt ?? null;
  if (stoppedAt === null || next.fenceTold === memory.fenceTold) return null;
  return (
    `neither a standby nor Juju could be reached for ${fenceSeconds} s, so this primary stopped itself at ${stoppedAt}; ` +
    'whom the newest decision names is primary now'
  );
}
