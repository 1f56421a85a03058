/**
 * One hook: the shipped rules between a model of Juju and a model of PostgreSQL, in steps that others can
 * come between.
 */

import { isTooLateToDecide, leadInTime } from '../../src/cluster/deadlines.ts';
import { decideLeader } from '../../src/cluster/leader.ts';
import { decideMember, type MemberOutcome } from '../../src/cluster/member.ts';
import type { Decision, MemberFacts } from '../../src/cluster/member-facts.ts';
import type { OwnServer } from '../../src/cluster/own-server.ts';
import { memberReport } from '../../src/cluster/report.ts';
import { slotName } from '../../src/cluster/units.ts';
import type { LeaderView, Member, MemberJob, MemberView } from '../../src/cluster/view.ts';
import { carryOut } from './carry-out.ts';
import {
  answers,
  isLeader as asksLeadership,
  commitHook,
  listedPeers,
  otherMembers,
  readDecision,
} from './juju.ts';
import { historyOf, walText } from './wal.ts';
import { reaches, tell, type Unit, unitNamed, violate, type World } from './world.ts';

/** Runs `event` on `unit`. Every yield is a place where the pass can be killed or the world can move. */
export function* runHook(world: World, unit: Unit, event: string): Generator<string, void> {
  if (event === 'install') unit.installed = true;
  const isLeader = !world.rules.asksLeadershipLate && asksLeadership(world, unit);
  const askedAt = world.time;
  renewCache(unit, event);
  if (event === 'departed') unit.alone = true;
  unit.listed = listedPeers(world, unit);
  let decision = readDecision(world, unit);
  yield 'read';
  const lead = world.rules.asksLeadershipLate ? asksLeadership(world, unit) : isLeader;
  let report: MemberFacts | null = null;
  let written: Decision | null = null;
  for (let round = 0; round < 10; round += 1) {
    const view = memberView(world, unit, event, decision);
    const outcome = decideMember(view, world.rules.member);
    tell(world, `${unit.name}   rule ${outcome.rule}: ${outcome.status.message}`);
    remember(world, unit, outcome);
    yield 'remember';
    if (yield* carryOut(world, unit, view, outcome, askedAt)) continue;
    report = memberReport(view, outcome);
    keepWatch(world, unit, outcome);
    if (!lead || written !== null) break;
    written = leadOnce(world, unit, decision, report, world.time - askedAt);
    if (written === null || !world.rules.actsOnOwnDecision) break;
    decision = written;
  }
  // What has become too old is taken back before Juju is left to commit.
  if (isTooLateToDecide(world.time - askedAt)) written = null;
  unit.passedEpoch = unit.memory.seenEpoch;
  unit.stallsUntil = 0;
  yield 'commit';
  if (!commitHook(world, unit, report, written)) {
    tell(world, `${unit.name} ${event}: the commit is refused`);
    unit.retry = event;
    unit.failsUntil = Math.max(unit.failsUntil, world.time + 5);
    return;
  }
  if (unit.teardown?.[0] === event) endOfTeardownHook(unit);
}

function endOfTeardownHook(unit: Unit): void {
  unit.teardown?.shift();
}

function renewCache(unit: Unit, event: string): void {
  const [word, name] = event.split(' ');
  if ((word === 'changed' || word === 'departed') && name !== undefined) unit.cache.delete(name);
}

function remember(world: World, unit: Unit, outcome: MemberOutcome): void {
  if (outcome.memory.seenEpoch > unit.memory.seenEpoch) unit.seenAt = world.time;
  unit.memory = outcome.memory;
  if (outcome.status.message === '' || outcome.rule === 0)
    violate(world, `${unit.name} has no words for its state`);
}

function keepWatch(world: World, unit: Unit, outcome: MemberOutcome): void {
  if (outcome.watch !== null) unit.wakes.push({ at: world.time + outcome.watch.seconds, silent: null });
}

function leadOnce(
  world: World,
  unit: Unit,
  decision: Decision | null,
  report: MemberFacts,
  askedSeconds: number,
): Decision | null {
  const decided = decideLeader(leaderView(world, unit, decision, report), world.rules.leader);
  const outcome = leadInTime(decided, askedSeconds);
  if (outcome.status.message === '') violate(world, `rule ${outcome.rule} has no words`);
  tell(world, `${unit.name}   leader rule ${outcome.rule}: ${outcome.status.message}`);
  const { watch } = outcome;
  if (watch !== null) {
    const silent = watch.until === 'silent' ? watch.host : null;
    unit.wakes.push({ at: world.time + watch.seconds, silent });
  }
  return outcome.decision;
}

/** What the leader's rules see on `unit`. */
export function leaderView(
  world: World,
  unit: Unit,
  decision: Decision | null,
  report: MemberFacts | null,
): LeaderView {
  const others = otherMembers(world, unit, true);
  const self: Member = { unit: unit.name, dying: unit.dying, facts: report, answers: null };
  const name = decision?.primary ?? decision?.previous ?? null;
  const named = unitNamed(world, name);
  const listed = named !== null && (named === unit || unit.listed.includes(named));
  const readable = named !== null && (!named.dead || world.keepsBags);
  const answering = named === null ? null : answersTo(unit, named);
  unit.silentSince = answering === false ? (unit.silentSince ?? world.time) : null;
  return {
    unit: unit.name,
    now: String(world.time),
    decision,
    heldSeconds: held(world, unit, decision),
    members: [self, ...others],
    departedPrimary: !listed && readable ? (world.bags.get(named.name) ?? null) : null,
    primaryAnswers: answering,
    primarySilentSeconds: unit.silentSince === null ? null : world.time - unit.silentSince,
    primaryRemains: named !== null && !named.dead,
    manual: false,
  };
}

function answersTo(unit: Unit, named: Unit): boolean {
  if (named === unit) return unit.server.proc !== 'down';
  return answers(unit, named) || (unit.server.connected && unit.server.follows === named.name);
}

/** How long a unit has known the decision. */
function held(world: World, unit: Unit, decision: Decision | null): number {
  return decision !== null && decision.epoch > unit.memory.seenEpoch ? 0 : world.time - unit.seenAt;
}

/** What a member's rules see. */
export function memberView(world: World, unit: Unit, event: string, decision: Decision | null): MemberView {
  return {
    unit: unit.name,
    host: unit.name,
    port: 5432,
    version: unit.installed ? '15.9' : null,
    dying: unit.dying,
    lastChance: event === 'storage-detaching' || event === 'stop' || event === 'remove',
    decision,
    heldSeconds: held(world, unit, decision),
    memory: unit.memory,
    others: otherMembers(world, unit, false),
    own: ownServer(world, unit),
    job: jobFacts(world, unit),
    canRewind: world.canRewind,
    manual: false,
  };
}

function jobFacts(world: World, unit: Unit): MemberJob | null {
  const { job } = unit;
  if (job === null) return null;
  return {
    name: job.name,
    state: job.state,
    from: job.from,
    lineage: job.lineage,
    progress: null,
    error: job.state === 'failed' ? 'the source went away' : null,
    attempts: job.attempts,
    retryInSeconds: Math.max(0, job.retryAt - world.time),
  };
}

function ownServer(world: World, unit: Unit): OwnServer {
  const { server } = unit;
  const { data } = server;
  const running = server.proc === 'running';
  const clean = data !== null && server.proc === 'down' && data.checkpoint !== null;
  const end = data === null ? 0 : server.received || server.writable ? data.end : data.replayed;
  return {
    state: data === null ? 'absent' : server.proc,
    systemIdentifier: data?.system ?? null,
    timeline: data?.branch.timeline ?? null,
    position: running ? walText(end) : clean && data.checkpoint !== null ? walText(data.checkpoint) : null,
    history: data === null ? [] : historyOf(data.branch),
    inRecovery: running && !server.writable,
    cleanStop: clean,
    endKnown: running && data !== null && end === data.end,
    standbySignal: data?.standbySignal ?? false,
    follows: server.follows,
    streaming: server.connected,
    upstreamPosition: null,
    settings: {},
    replayPaused: false,
    walMissing: server.walMissing,
    senders: senders(world, unit),
  };
}

function senders(world: World, unit: Unit): OwnServer['senders'] {
  const end = unit.server.data?.end ?? 0;
  return world.units
    .filter((other) => other.server.connected && other.server.follows === unit.name && reaches(other, unit))
    .map((other) => ({
      slot: slotName(other.name),
      streaming: true,
      lagBytes: end - (other.server.data?.end ?? 0),
    }));
}
