/** Status of a server that does not start: its reason stays as long as it is so, whether this pass has tried or the init system is trying. */
import type { Situation } from '../situation.ts';

/** The reason, with the ways out; null when the server runs, is not to run, or no start has failed. */
export function startProblem({ view, member, observation }: Situation): string | null {
  const { own, decision, unit, others } = view;
  if (own.problem === null || !isDesired(member.goal.kind, observation.server.state)) return null;
  const isNamed = decision?.kind === 'primary' && decision.primary === unit;
  const canYield = isNamed && others.some(({ facts }) => facts !== null && facts.systemIdentifier !== null);
  return canYield ? `${own.problem}; or name another with the action failover` : own.problem;
}

function isDesired(
  goal: Situation['member']['goal']['kind'],
  state: Situation['observation']['server']['state'],
): boolean {
  if (goal === 'hold') return state === 'starting';
  return goal === 'run-primary' || goal === 'follow' || goal === 'freeze' || goal === 'promote';
}
