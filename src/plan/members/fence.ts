/** The fence beside the server (decision 13): when its process is to run, and the line in the log when it has stopped the server. */
import { fenceSeconds } from '../../cluster/limits.ts';
import type { MemberView } from '../../cluster/view.ts';
import { secondsSince } from '../elapsed.ts';
import type { Memory } from '../memory.ts';
import type { Observation } from '../observation.ts';
import { replicationRole } from '../server/role.ts';
import type { Situation } from '../situation.ts';
import type { Step } from '../step.ts';

type FenceFacts = Pick<Situation, 'observation' | 'view'>;

/**
 * Started before its server can accept writes, beside standbys too: a promotion need not wait for it. Every unit with peers has one; a
 * unit alone has none, since nobody can take over from it.
 */
export function planFence({ observation, view }: FenceFacts): Step[] {
  const { server, event, juju } = observation;
  const { controllers } = event;
  if (!isNeeded(view) || server.place === null || controllers.length === 0) return [];
  const { fence } = server;
  // One that was started before the charm was renewed runs the old program.
  const isOld = event.hook === 'upgrade-charm' && (secondsSince(fence?.began ?? null, juju.askedAt) ?? 0) > 0;
  if (fence?.alive === true && fence.controllers.join() === controllers.join() && !isOld) return [];
  return [{ kind: 'job.start', request: { job: 'fence', controllers, replicationRole } }];
}

/** Ends it when nobody needs it. A unit that leaves sees its peers vanish and keeps what it has while its server runs. */
export function planFenceEnd({ observation, view }: FenceFacts): Step[] {
  const { server, juju } = observation;
  const isKept = !isMaintained(observation) && (isNeeded(view) || (juju.leaving && server.state !== 'down'));
  return server.fence?.alive === true && !isKept ? [{ kind: 'job.stop', job: 'fence' }] : [];
}

function isNeeded(view: MemberView): boolean {
  return view.others.length > 0 && !view.dying && !view.manual;
}

/** In maintenance there is no fence at all: an operator who takes down standbys then may take down more. */
export function isMaintained({ juju }: Pick<Observation, 'juju'>): boolean {
  return juju.peer?.committed['maintenance'] === 'on' && juju.peer.application['maintenance'] === 'on';
}

/** Once for each time the fence has stopped the server, when `next` is about to be remembered. */
export function fencedNotice({ server, memory }: Observation, next: Memory): string | null {
  const stoppedAt = server.fence?.stoppedAt ?? null;
  if (stoppedAt === null || next.fenceLogged === memory.fenceLogged) return null;
  return (
    `neither a standby nor Juju could be reached for ${fenceSeconds} s, so this primary stopped itself at ${stoppedAt}; ` +
    'whom the newest decision names is primary now'
  );
}
