/** Status of the unit: the most urgent thing, and no change without a change. */
import type { Status } from '../../cluster/goal.ts';
import { relationMessage } from '../../relations/client-request.ts';
import { fileErrorsProblem } from '../../server/file-errors.ts';
import { foreignProblem } from '../../server/startup.ts';
import { applicationOf } from '../event.ts';
import type { Situation } from '../situation.ts';
import type { FailedStep } from '../step.ts';
import { frozenOptionProblems } from './frozen-options.ts';

const longest = 1000;

/** The unit's status, most urgent first. */
export function unitStatus(situation: Situation, failed: readonly FailedStep[]): Status {
  const status = urgent(situation, failed) ?? situation.member.status;
  const message = status.message.replaceAll(/\s+/g, ' ').trim();
  return {
    state: status.state,
    message: message.length > longest ? `${message.slice(0, longest - 1)}…` : message,
  };
}

function urgent(situation: Situation, failed: readonly FailedStep[]): Status | null {
  const { observation, reading, member } = situation;
  const { server, juju, event } = observation;
  const foreign = server.place === null ? foreignProblem(server.foreign) : null;
  if (foreign !== null) return blocked(foreign);
  if (juju.peer?.application['maintenance'] === 'on') {
    return blocked('Maintenance mode; end it with the action maintenance-mode-stop');
  }
  const machine = failed.find(({ step }) => step.blames.on === 'machine');
  if (machine !== undefined) return blocked(failureText(machine, event.unit));
  const live = member.status.state === 'active' ? `${member.status.message}; ` : '';
  const files = server.running === null ? null : fileErrorsProblem(server.running.fileErrors);
  const problems = [
    ...reading.options.problems,
    ...frozenOptionProblems(observation, reading.options),
    ...reading.peers.problems,
    ...(files === null ? [] : [files]),
  ];
  if (problems.length > 0) return blocked(`${live}${problems.join('; ')}`);
  if (member.status.state !== 'active' || event.hook === 'stop') return null;
  if (juju.unserved.includes('data')) {
    return blocked(`${live}endpoint data is not built yet; remove that relation and use storage pgdata`);
  }
  const client =
    Object.values(clientProblems(situation))[0] ?? failed.map((one) => clientFailure(one, situation))[0];
  if (client !== undefined) return blocked(`${live}${client}`);
  const unserved = juju.unserved[0];
  return unserved === undefined
    ? null
    : { state: 'active', message: `${live}endpoint ${unserved} is not built yet: nothing is monitored` };
}

/** Relation → why it is not served as asked. The primary alone shows it: the others could only repeat it. */
function clientProblems({
  observation,
  member,
  reading,
  catalog,
  forwarding,
}: Situation): Readonly<Record<string, string>> {
  if (member.clientRole !== 'primary') return forwarding.problems;
  const refusedHere = observation.juju.clients.flatMap(({ id, remoteApplication }) => {
    const problem = catalog.problems[id];
    return problem === undefined ? [] : [[id, relationMessage(id, remoteApplication, problem)] as const];
  });
  return { ...reading.grants.problems, ...Object.fromEntries(refusedHere), ...forwarding.problems };
}

/** The failure, with the way out where one is known. */
function failureText({ step, reason }: FailedStep, unit: string): string {
  if (step.kind !== 'cluster.create') return `${reason} (tried again at the next event)`;
  const options = `locale=${step.locale} encoding=${step.encoding}`;
  const correct = `correct them with: juju config ${applicationOf(unit)} locale=C encoding=UTF-8`;
  return `The cluster cannot be made with ${options}. If they are wrong, ${correct}. ${reason}`;
}

/** A step for one client that did not work, with the relation it concerns. */
function clientFailure({ step, reason }: FailedStep, { observation }: Situation): string {
  const { blames } = step;
  const client =
    blames.on === 'machine' ? undefined : observation.juju.clients.find(({ id }) => id === blames.relation);
  return client === undefined ? reason : relationMessage(client.id, client.remoteApplication, reason);
}

function blocked(message: string): Status {
  return { state: 'blocked', message };
}
