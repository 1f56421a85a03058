/** What `juju status` shows: the most urgent thing, and no change without a change. */
import type { Status } from '../cluster/goal.ts';
import type { LeaderOutcome } from '../cluster/leader.ts';
import type { MemberOutcome } from '../cluster/member.ts';
import { statusSet } from '../juju/status.ts';
import { type PassContext, remember } from '../pass/context.ts';
import { applicationOf } from '../pass/event.ts';
import { relationMessage } from '../relations/client-request.ts';
import { foreignProblem } from '../server/startup.ts';
import type { ReadPeers } from './members/views.ts';
import type { JujuFacts, Observation } from './observation.ts';
import type { ReadOptions } from './options/read.ts';
import type { Plan } from './plan.ts';
import type { FailedStep } from './step.ts';

const longest = 400;

export interface Shown {
  readonly observation: Observation;
  readonly read: ReadOptions;
  readonly peers: ReadPeers;
  readonly member: MemberOutcome;
  /** Relation → why it is not served as asked. */
  readonly problems: Readonly<Record<string, string>>;
}

/** The unit's status, most urgent first. */
export function unitStatus(shown: Shown, failed: readonly FailedStep[]): Status {
  const status = urgent(shown, failed) ?? shown.member.status;
  const message = status.message.replaceAll(/\s+/g, ' ').trim();
  return {
    state: status.state,
    message: message.length > longest ? `${message.slice(0, longest - 1)}…` : message,
  };
}

function urgent(
  { observation, read, peers, member, problems }: Shown,
  failed: readonly FailedStep[],
): Status | null {
  const { server, juju, event } = observation;
  const foreign = server.place === null ? foreignProblem(server.foreign) : null;
  if (foreign !== null) return blocked(foreign);
  if (juju.peer?.application['maintenance'] === 'on') {
    return blocked('Maintenance mode; end it with the action maintenance-mode-stop');
  }
  const machine = failed.find(({ step }) => !('relation' in step));
  if (machine !== undefined) return blocked(failureText(machine, event.unit));
  const live = member.status.state === 'active' ? `${member.status.message}; ` : '';
  const options = [...read.problems, ...optionsTooLate(observation, read)];
  if (options[0] !== undefined) return blocked(`${live}${options[0]}`);
  if (peers.problems[0] !== undefined) return blocked(peers.problems[0]);
  const configuration = server.running?.configurationErrors[0];
  if (configuration !== undefined)
    return blocked(`${live}PostgreSQL does not accept its configuration: ${configuration}`);
  if (member.status.state !== 'active' || event.hook === 'stop') return null;
  if (juju.unserved.includes('data')) {
    return blocked(`${live}endpoint data is not built yet; remove that relation and use storage pgdata`);
  }
  const client = Object.values(problems)[0] ?? failed.map((one) => clientFailure(one, juju))[0];
  if (client !== undefined) return blocked(`${live}${client}`);
  const unserved = juju.unserved[0];
  return unserved === undefined
    ? null
    : { state: 'active', message: `${live}endpoint ${unserved} is not built yet: nothing is monitored` };
}

/** Options that were changed after they had their last say. */
function optionsTooLate({ server, memory, event }: Observation, { options }: ReadOptions): string[] {
  const late: string[] = [];
  const application = applicationOf(event.unit);
  const back = (name: string, value: string | number): string =>
    `option ${name} cannot be changed any more; to go on: juju config ${application} ${name}=${value}`;
  if (server.place !== null && options.major !== null && options.major !== server.place.major) {
    late.push(back('version', server.place.major));
  }
  if (!server.hasConfiguration) return late;
  if (memory.made !== null && options.locale !== memory.made.locale)
    late.push(back('locale', memory.made.locale));
  if (memory.made !== null && options.encoding !== memory.made.encoding) {
    late.push(back('encoding', memory.made.encoding));
  }
  return late;
}

/** What went wrong, with the way out where one is known. */
function failureText({ step, reason }: FailedStep, unit: string): string {
  if (step.kind !== 'cluster.create') return `${reason} (tried again at the next event)`;
  const options = `locale=${step.locale} encoding=${step.encoding}`;
  const correct = `correct them with: juju config ${applicationOf(unit)} locale=C encoding=UTF-8`;
  return `The cluster cannot be made with ${options}. If they are wrong, ${correct}. ${reason}`;
}

/** A step for one client that did not work, with the relation it concerns. */
function clientFailure({ step, reason }: FailedStep, { clients }: JujuFacts): string {
  const client = 'relation' in step ? clients.find(({ id }) => id === step.relation) : undefined;
  return client === undefined ? reason : relationMessage(client.id, client.remoteApplication, reason);
}

function blocked(message: string): Status {
  return { state: 'blocked', message };
}

/** The application's status, from the leader. */
export function applicationStatusOf(leader: LeaderOutcome, { juju }: Observation): Status {
  if (juju.peer?.application['maintenance'] === 'on') return blocked('Maintenance mode');
  return leader.status;
}

/** Tells Juju, when it is not what Juju was told last. */
export async function showStatus(context: PassContext, plan: Plan): Promise<void> {
  const unit = `${plan.status.state} ${plan.status.message}`;
  if (unit !== context.memory.status) {
    await statusSet(plan.status.state, plan.status.message);
    await remember(context, { ...context.memory, status: unit });
  }
  if (plan.applicationStatus === null) return;
  const application = `${plan.applicationStatus.state} ${plan.applicationStatus.message}`;
  if (application === context.memory.applicationStatus) return;
  await statusSet(plan.applicationStatus.state, plan.applicationStatus.message, true).catch(() => {});
  await remember(context, { ...context.memory, applicationStatus: application });
}
