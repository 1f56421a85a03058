/** What a pass sees to on its machine, one concern after the other: packages, guard, server, sessions, roles and databases, logs, watch. */
import { wakeAfter } from '../../cluster/goal.ts';
import { fingerprintOf } from '../../observe/credentials.ts';
import { closedSessions } from '../../server/closed-sessions.ts';
import { parseRoleComment } from '../../server/role-comment.ts';
import { untoldUsers } from '../clients/passwords.ts';
import { planForwards } from '../forwarding.ts';
import { guardStart, guardStop } from '../members/fence.ts';
import type { Observation } from '../observation.ts';
import type { ReadOptions } from '../options/read.ts';
import { planGoal, planMemberSlots, planPackages, replicationRole } from '../server/desired-server.ts';
import type { Round } from '../situation.ts';
import type { Step } from '../step.ts';
import { watchStep } from '../watch.ts';

/** When what failed on the machine is tried again, if no event comes before. */
const retrySeconds = 60;
/** When a standby looks again whether a new password has reached it, if the primary's word comes before the data. */
const renewalSeconds = 15;

/** What is needed before there can be a server. */
export function preparation({ observation, read }: Round): Step[] {
  const { juju, credentials } = observation;
  // A leaving unit no longer sees what its peers have agreed on.
  if (juju.leaving) return [];
  const root: Step[] =
    juju.leader && juju.peer !== null && credentials.source === null ? [{ kind: 'credentials.create' }] : [];
  const port: Step[] = juju.portOpen ? [] : [{ kind: 'port.open', port: 5432 }];
  const packages = mayMake(observation, read) ? planPackages(observation, read.options) : [];
  return [...root, ...port, ...packages];
}

/** A cluster that is there is kept going whatever the options say; a new one is not begun with wrong ones. */
function mayMake({ server }: Observation, read: ReadOptions): boolean {
  return read.mayCreate || server.hasConfiguration;
}

/** The guard, before the server. */
export function guard({ observation, view }: Round): Step[] {
  return guardStart(observation, view);
}

/** In maintenance there is no guard at all: who takes down standbys then may take down more. */
export function unguarded({ observation, view }: Round): Step[] {
  return guardStop(observation, { ...view, manual: true });
}

/** The server and its slots. */
export function server({ wish, observation, read }: Round): Step[] {
  if (!mayMake(observation, read)) return [];
  const steps = planGoal(wish);
  return steps.length > 0 ? steps : planMemberSlots(wish);
}

/** What is closed in the rules is closed for sessions that are open. On standbys too: they can be read. */
export function sessions({ observation, read, wishes }: Round): Step[] {
  const { juju, server, catalog: seen } = observation;
  if (juju.leaving || read.keepFiles || seen === null || server.running === null) return [];
  const rules = {
    replicationRole,
    grants: wishes.hba,
    users: wishes.grants.map(({ user }) => user),
    adminNetworks: read.options.adminNetworks,
    extraLines: read.options.extraAuthLines.length > 0,
  };
  return closedSessions(seen, rules).map((which) => ({ kind: 'sessions.end', ...which }));
}

/** Roles and databases, on the primary. */
export function catalog(round: Round): Step[] {
  const { running } = round.observation.server;
  if (running === null || running.inRecovery || round.member.clientRole !== 'primary') return [];
  return [...replicationUser(round), ...round.catalog.steps];
}

/** The role standbys log in with, once there are standbys. */
function replicationUser({ observation, peers }: Round): Step[] {
  const fingerprint = fingerprintOf(replicationRole, observation.credentials);
  if (peers.others.length === 0 || fingerprint === null || observation.catalog === null) return [];
  const role = observation.catalog.roles.find(({ name }) => name === replicationRole);
  const set = role !== undefined && parseRoleComment(role.comment)?.password === fingerprint;
  return set ? [] : [{ kind: 'replication.user', role: replicationRole }];
}

/** What rsyslog forwards. */
export function forwarding({ observation, logs, wish }: Round): Step[] {
  return planForwards(observation, logs, wish.render);
}

/** What ends the waiting, when no event does. */
export function watching({ observation, view, member, leader, failed, wishes }: Round): Step[] {
  const users = wishes.grants.map(({ user }) => user);
  const untold = untoldUsers(users, observation.credentials).length > 0;
  const retry = failed.some(({ step }) => !('relation' in step)) ? wakeAfter(retrySeconds) : null;
  const renewal =
    untold && observation.server.running?.inRecovery === true ? wakeAfter(renewalSeconds) : null;
  return [
    ...guardStop(observation, view),
    ...watchStep(observation, [member.watch, leader?.watch ?? null, retry, renewal]),
  ];
}
