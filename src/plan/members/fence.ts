/** The fence beside the server (decision 13): when its process is to run, and the line in the log when it has stopped the server. */
import { fenceSeconds } from '../../cluster/limits.ts';
import type { Memory } from '../memory.ts';
import type { Observation } from '../observation.ts';
import { replicationRole } from '../server/role.ts';
import type { Situation } from '../situation.ts';
import type { Step } from '../step.ts';
import { knownControllers } from './fence-view.ts';

type FenceFacts = Pick<Situation, 'observation' | 'view'>;

/**
 * Started before its server can accept writes, beside standbys too: a promotion need not wait for it. In place of one that does not look
 * any more, knows other controllers, or runs the program of before an upgrade.
 */
export function planFence({ observation, view }: FenceFacts): Step[] {
  const controllers = knownControllers(observation);
  if (!view.fence.isNeeded || controllers.length === 0) return [];
  const { fence } = observation.server;
  const isSame = fence?.controllers.toSorted().join() === controllers.join();
  if (fence?.alive === true && fence.isCurrent && isSame) return [];
  return [{ kind: 'job.start', request: { job: 'fence', controllers, replicationRole } }];
}

/** Ends it when nobody needs it. A unit that leaves sees its peers vanish and keeps what it has while its server runs. */
export function planFenceEnd({ observation, view }: FenceFacts): Step[] {
  const { server, juju } = observation;
  const isNeeded = view.fence.isNeeded || (juju.leaving && server.state !== 'down');
  const isKept = !isMaintained(observation) && isNeeded;
  return server.fence?.alive === true && !isKept ? [{ kind: 'job.stop', job: 'fence' }] : [];
}

/** In maintenance there is no fence at all: an operator who takes down standbys then may take down more. */
export function isMaintained({ juju }: Pick<Observation, 'juju'>): boolean {
  return juju.peer?.committed['maintenance'] === 'on' && juju.peer.application['maintenance'] === 'on';
}

/** Line for the log, once for each time the fence has stopped the server, when `next` is about to be remembered. */
export function fencedNotice({ server, memory }: Observation, next: Memory): string | null {
  const stoppedAt = server.fence?.stoppedAt ?? null;
  if (stoppedAt === null || next.fenceLogged === memory.fenceLogged) return null;
  return (
    `neither a standby nor Juju could be reached for ${fenceSeconds} s, so this primary stopped itself at ${stoppedAt}; ` +
    'whom the newest decision names is primary now'
  );
}
