/** Role and run state that a goal means for the server, and the recovery settings that go with them. */
import type { Goal, Upstream as Source } from '../../cluster/goal.ts';
import { slotName } from '../../cluster/units.ts';
import type { Upstream } from '../../server/jobs.ts';
import { type ClusterPlace, managedPaths } from '../../server/place.ts';
import type { DesiredRecovery } from '../../server/recovery.ts';
import type { ServerFacts } from '../../server/server-facts.ts';
import type { DesiredServer } from '../../server/server-plan.ts';
import type { MajorTraits } from '../../server/versions.ts';

/** Role that standbys log in with. */
export const replicationRole = '_juju_repl';

/** True when the server is to run; null when there is nothing to plan for. */
export function desiredRun(goal: Goal, server: ServerFacts): DesiredServer['run'] | null {
  if (goal.kind === 'stop') return server.place === null || !server.hasConfiguration ? null : 'stopped';
  if (goal.kind !== 'hold' && goal.kind !== 'resume') return 'running';
  if (server.place === null || !server.hasConfiguration) return null;
  if (goal.kind === 'resume') return 'running';
  return server.state === 'down' ? null : 'running';
}

/** The role for a goal; where the goal changes none it is what the server has. */
export function desiredRole(goal: Goal, server: ServerFacts): DesiredServer['role'] {
  switch (goal.kind) {
    case 'promote':
      return 'promoting';
    case 'follow':
    case 'freeze':
      return 'standby';
    case 'hold':
    case 'resume':
    case 'stop':
      return server.running?.inRecovery === true || server.standbySignal ? 'standby' : 'primary';
    default:
      return 'primary';
  }
}

/** Recovery settings for a goal; null leaves them as they are. */
export function desiredRecovery(
  goal: Goal,
  place: ClusterPlace,
  traits: MajorTraits,
  unit: string,
): DesiredRecovery | null {
  const { passfile } = managedPaths(place, traits.recoveryIn);
  const recovery = { traits, replicationRole, passfile };
  switch (goal.kind) {
    case 'follow':
      return { ...recovery, standby: true, upstream: upstreamOf(goal.upstream, unit) };
    case 'freeze':
      return { ...recovery, standby: true, upstream: null };
    case 'create':
    case 'run-primary':
      return { ...recovery, standby: false, upstream: null };
    case 'promote':
      // Up to 11 the file makes the standby; promotion itself takes it away.
      return traits.recoveryIn === 'recovery.conf' ? null : { ...recovery, standby: false, upstream: null };
    default:
      return null;
  }
}

/** A source as this unit's server connects to it. */
export function upstreamOf({ host, port, slot }: Source, unit: string): Upstream {
  return { host, port, slot, applicationName: slotName(unit) };
}
