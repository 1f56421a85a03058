/** Status of the unit: the most urgent things, and no change without a change. */
import type { Status } from '../../cluster/goal.ts';
import { foreignProblem } from '../../server/startup.ts';
import { claimStatus } from '../claim.ts';
import type { Situation } from '../situation.ts';
import type { FailedStep } from '../step.ts';
import { unknownProblems } from '../unknown.ts';
import { fitting, oneLine } from './fitting.ts';
import { installationUnderWay, packagesUnderWay } from './packages.ts';
import { fenceProblem, type Problems } from './problems.ts';

/** The unit's status, most urgent first. */
export function unitStatus(situation: Situation, problems: Problems, failed: readonly FailedStep[]): Status {
  const status = urgent(situation, problems, failed) ?? situation.member.status;
  return { state: status.state, message: oneLine(status.message) };
}

function urgent(
  situation: Situation,
  { machine, settings, relations: all }: Problems,
  failed: readonly FailedStep[],
): Status | null {
  const { observation, member } = situation;
  const { server, juju, event } = observation;
  const unclaimed = claimStatus(observation);
  // A claim that cannot be written says why.
  if (unclaimed !== null)
    return failed.length === 0 ? unclaimed : blocked(failed.map(({ reason }) => reason).join('; '));
  const foreign = server.place === null ? foreignProblem(server.foreign) : null;
  if (foreign !== null) return blocked(foreign);
  if (juju.peer?.application['maintenance'] === 'on') {
    return blocked('Maintenance mode; end it with the action maintenance-mode-stop');
  }
  const unfenced = fenceProblem(situation);
  // A rule that waits for the fence says why.
  if (unfenced !== null && member.status.message.includes(unfenced.reason)) return member.status;
  const isLive = member.status.state === 'active';
  const live = isLive ? `${member.status.message}; ` : '';
  const showsClients = isLive && event.hook !== 'stop';
  const relations = showsClients ? all : [];
  // The member's own status names what keeps its server from being looked at.
  const unknown = situation.view.own.unknown === null ? unknownProblems(observation) : [];
  const named = [...machine, ...settings, ...relations].map(({ message }) => message);
  const messages = [...named.slice(0, machine.length), ...unknown, ...named.slice(machine.length)];
  // A failure on the machine may be why it is not live; a server without a fence goes on.
  const before = machine.length > 0 && unfenced === null ? '' : live;
  if (messages.length > 0) return blocked(fitting(before, messages));
  const installation = installationUnderWay(situation);
  if (installation !== null || !showsClients) return installation;
  const [unserved] = juju.unserved;
  return unserved === undefined
    ? packagesUnderWay(situation, member.status)
    : { state: 'active', message: `${live}endpoint ${unserved} is not built yet: nothing is monitored` };
}

function blocked(message: string): Status {
  return { state: 'blocked', message };
}
