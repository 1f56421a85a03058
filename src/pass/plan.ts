/** The plan of one round: which steps bring this unit nearer to what it should be, what to show, and which rules said so. */
import { encodeMember } from '../cluster/bag.ts';
import { decisionKey, encodeDecision } from '../cluster/decision-bag.ts';
import { type Status, wakeAfter } from '../cluster/goal.ts';
import { leadInTime, writesBeginWithin } from '../cluster/in-time.ts';
import { decideLeader, type LeaderOutcome, mustActOn } from '../cluster/leader.ts';
import { decideMember, type MemberOutcome } from '../cluster/member.ts';
import { memberReport } from '../cluster/report.ts';
import type { MemberView } from '../cluster/view.ts';
import { relationMessage } from '../relations/client-request.ts';
import type { SyslogWishes } from '../relations/syslog.ts';
import type { CatalogPlan } from '../server/catalog.ts';
import { closedSessions } from '../server/closed-sessions.ts';
import type { Render } from '../server/managed-files.ts';
import { parseNote } from '../server/role-note.ts';
import { foreignProblem } from '../server/startup.ts';
import { planBag } from './bag-plan.ts';
import { clientWishes, clusterView, peerNotes, planAnswers, planClients, readyHere } from './client-plan.ts';
import { leaderView, memberView, type ReadPeers, readPeers } from './cluster-views.ts';
import { fingerprintOf } from './credentials.ts';
import { applicationOf } from './event.ts';
import { guardStart, guardStop } from './guard-plan.ts';
import type { Memory } from './memory.ts';
import { nextMemory } from './next-memory.ts';
import type { Observation } from './observation.ts';
import { type ReadOptions, readOptions } from './options.ts';
import { planSecrets } from './secret-plan.ts';
import { applicationStatusOf, unitStatus } from './status.ts';
import { type FailedStep, type Step, stepKey } from './step.ts';
import { logWishes, planForwards, planLogBags } from './syslog-plan.ts';
import { untoldUsers } from './told-passwords.ts';
import {
  planGoal,
  planMemberSlots,
  planPackages,
  replicationRole,
  type ServerWish,
} from './wanted-server.ts';
import { watchStep } from './watch-plan.ts';

export interface Plan {
  readonly steps: readonly Step[];
  /** Ids of the rules that spoke. */
  readonly rules: readonly number[];
  /**
   * Steps that make a server accept writes are taken only before this time (ISO), later in a fresh hook; null when that does not matter.
   */
  readonly writesBeginBefore: string | null;
  /** To be on disk before any step is taken. */
  readonly memory: Memory;
  readonly status: Status;
  /** Null on units that are not the leader. */
  readonly applicationStatus: Status | null;
}

/** Everything a round knows, worked out once. */
interface Round {
  readonly observation: Observation;
  readonly read: ReadOptions;
  readonly peers: ReadPeers;
  readonly view: MemberView;
  readonly member: MemberOutcome;
  readonly leader: LeaderOutcome | null;
  readonly catalog: CatalogPlan;
  readonly wishes: ReturnType<typeof clientWishes>;
  readonly logs: SyslogWishes;
  readonly wish: ServerWish;
  readonly failed: readonly FailedStep[];
}

/** When what failed on the machine is tried again, if no event comes before. */
const retrySeconds = 60;
/** When a standby looks again whether a new password has reached it, if the primary's word comes before the data. */
const renewalSeconds = 15;

/**
 * Plans one round. Pure: the same observation gives the same plan. Concerns come in an order, and a later one is planned only when the
 * earlier ones have nothing left to do: packages, server, catalog, then what others are told. Steps that failed in this pass are left
 * out, so that what does not depend on them goes on.
 */
export function makePlan(observation: Observation, render: Render, failed: readonly FailedStep[]): Plan {
  const round = { ...workOut(observation, render), failed };
  const { member, leader } = round;
  const keys = new Set(failed.map(({ step }) => stepKey(step)));
  const blocked = isStopped(round);
  const concerns = blocked
    ? [unguarded]
    : [preparation, guard, server, sessions, catalog, notices, forwarding, watching];
  let steps: Step[] = [];
  for (const concern of concerns) {
    steps = concern(round).filter((step) => !keys.has(stepKey(step)));
    if (steps.length > 0) break;
  }
  const shown = { ...round, problems: clientProblems(round) };
  return {
    steps,
    rules: blocked ? [] : [member.rule, ...(leader === null ? [] : [leader.rule])],
    writesBeginBefore: writesBeginBefore(round),
    memory: blocked ? observation.memory : nextMemory(observation, member, round.peers.decision),
    status: unitStatus(shown, failed),
    applicationStatus: leader === null ? null : applicationStatusOf(leader, observation),
  };
}

function workOut(observation: Observation, render: Render): Omit<Round, 'failed'> {
  const application = applicationOf(observation.event.unit);
  const read = withChecked(readOptions(observation.juju.options, application), observation);
  const manual = read.options.manualReplication;
  const peers = readPeers(observation);
  const view = memberView(observation, peers, manual);
  const member = decideMember(view);
  const own = memberReport(view, member);
  const leads = observation.juju.leader && observation.juju.peer !== null;
  const decide = (): LeaderOutcome =>
    leadInTime(decideLeader(leaderView(observation, peers, own, manual)), secondsSinceAsked(observation));
  const leader = leads ? decide() : null;
  const wishes = clientWishes(observation, read.options);
  const catalog = planClients(observation, wishes);
  const logs = logWishes(observation, read.options);
  const asked = { hba: wishes.hba, syslogIdent: logs.ident };
  const wish: ServerWish = { observation, view, outcome: member, options: read, ...asked, render };
  return { observation, read, peers, view, member, leader, catalog, wishes, logs, wish };
}

function secondsSinceAsked({ juju, now }: Observation): number {
  return (Date.parse(now) - Date.parse(juju.askedAt)) / 1000;
}

function writesBeginBefore({ observation, view, member }: Round): string | null {
  const limitSeconds = writesBeginWithin(view, member);
  if (limitSeconds === null) return null;
  return new Date(Date.parse(observation.juju.askedAt) + limitSeconds * 1000).toISOString();
}

/** What PostgreSQL itself finds wrong counts like what reading the options finds. */
function withChecked(read: ReadOptions, { checked }: Observation): ReadOptions {
  const found = (checked?.problems ?? []).filter((problem) => !read.problems.includes(problem));
  return found.length === 0 ? read : { ...read, problems: [...read.problems, ...found], keepFiles: true };
}

/** Nothing at all is done: an operator has asked for that, or what is found here is not the charm's. */
function isStopped({ observation, peers }: Round): boolean {
  const { juju, server } = observation;
  const maintenance =
    juju.peer?.committed['maintenance'] === 'on' && juju.peer.application['maintenance'] === 'on';
  const foreign = server.place === null && foreignProblem(server.foreign) !== null;
  return maintenance || foreign || (peers.decision === null && peers.problems.length > 0);
}

/** Relation → why it is not served as asked. The primary alone says so: the others could only repeat it. */
function clientProblems({
  observation,
  member,
  wishes,
  catalog,
  logs,
}: Round): Readonly<Record<string, string>> {
  if (member.clientRole !== 'primary') return logs.problems;
  const refusedHere = observation.juju.clients.flatMap(({ id, remoteApplication }) => {
    const problem = catalog.problems[id];
    return problem === undefined ? [] : [[id, relationMessage(id, remoteApplication, problem)] as const];
  });
  return { ...wishes.problems, ...Object.fromEntries(refusedHere), ...logs.problems };
}

function preparation({ observation, read }: Round): Step[] {
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

function guard({ observation, view }: Round): Step[] {
  return guardStart(observation, view);
}

/** In maintenance there is no guard at all: who takes down standbys then may take down more. */
function unguarded({ observation, view }: Round): Step[] {
  return guardStop(observation, { ...view, manual: true });
}

function server({ wish, observation, read }: Round): Step[] {
  if (!mayMake(observation, read)) return [];
  const steps = planGoal(wish);
  return steps.length > 0 ? steps : planMemberSlots(wish);
}

/** What is closed in the rules is closed for sessions that are open. On standbys too: they can be read. */
function sessions({ observation, read, wishes }: Round): Step[] {
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

function catalog(round: Round): Step[] {
  const { running } = round.observation.server;
  if (running === null || running.inRecovery || round.member.clientRole !== 'primary') return [];
  return [...replicationUser(round), ...round.catalog.steps];
}

/** The role standbys log in with, once there are standbys. */
function replicationUser({ observation, peers }: Round): Step[] {
  const fingerprint = fingerprintOf(replicationRole, observation.credentials);
  if (peers.others.length === 0 || fingerprint === null || observation.catalog === null) return [];
  const role = observation.catalog.roles.find(({ name }) => name === replicationRole);
  const set = role !== undefined && parseNote(role.comment)?.password === fingerprint;
  return set ? [] : [{ kind: 'replication.user', role: replicationRole }];
}

/** What others are told: peers, the application's decision, clients, Juju. */
function notices(round: Round): Step[] {
  const { observation, member, view, catalog, peers } = round;
  const { peer } = observation.juju;
  if (peer === null) return versionStep(observation);
  const ready = readyHere(observation, member, catalog);
  const facts = { ...encodeMember(memberReport(view, member)), ...peerNotes(observation, ready) };
  const cluster = clusterView(observation, peers, member, ready);
  const answers = planAnswers(observation, cluster, catalog.problems);
  const secrets = planSecrets(
    observation,
    answers.flatMap(({ answer }) => answer.secrets),
  );
  return [
    ...planBag(observation, peer.id, 'unit', peer.own, facts, false),
    ...decisionSteps(round),
    ...secrets,
    ...answers.flatMap(({ relation, answer }): Step[] => [
      ...(answer.unit === null
        ? []
        : planBag(observation, relation.id, 'unit', relation.ownBag, answer.unit, true)),
      ...(answer.application === null || relation.ownApplicationBag === null
        ? []
        : planBag(
            observation,
            relation.id,
            'application',
            relation.ownApplicationBag,
            answer.application,
            true,
          )),
    ]),
    ...planLogBags(observation, round.logs),
    ...versionStep(observation),
  ];
}

/** At most one decision a hook: what this hook has written is not known to be committed. */
function decisionSteps({ observation, leader }: Round): Step[] {
  const { peer } = observation.juju;
  const decision = leader?.decision ?? null;
  if (peer === null || decision === null || peer.application[decisionKey] !== peer.committed[decisionKey])
    return [];
  const content = { [decisionKey]: encodeDecision(decision) };
  const wake: Step = { kind: 'wake.self', why: `to act on decision ${decision.epoch}` };
  return [
    { kind: 'bag.set', relation: peer.id, owner: 'application', content },
    ...(mustActOn(decision, observation.event.unit) ? [wake] : []),
  ];
}

function versionStep({ server, memory }: Observation): Step[] {
  const version = server.running?.version ?? null;
  return version === null || version === memory.shownVersion ? [] : [{ kind: 'version.set', version }];
}

function forwarding({ observation, logs, wish }: Round): Step[] {
  return planForwards(observation, logs, wish.render);
}

function watching({ observation, view, member, leader, failed, wishes }: Round): Step[] {
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
