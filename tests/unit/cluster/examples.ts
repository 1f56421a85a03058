/** Views to begin examples with: three units, postgresql/0 is primary under epoch 3, the others follow it. */
import type { Decision, MemberFacts } from '../../../src/cluster/member-facts.ts';
import type { OwnServer } from '../../../src/cluster/own-server.ts';
import type { ClusterMemory, LeaderView, Member, MemberJob, MemberView } from '../../../src/cluster/view.ts';

export const system = '7312345678901234567';

export const unit = (number: number): string => `postgresql/${number}`;

/** The decision in force. */
export function decided(change: Partial<Decision> = {}): Decision {
  return {
    epoch: 3,
    kind: 'primary',
    primary: unit(0),
    target: null,
    previous: null,
    requiredPosition: null,
    excluded: [],
    lossBytes: null,
    since: '2026-01-01T00:00:00Z',
    systemIdentifier: system,
    ...change,
  };
}

export const frozen = (change: Partial<Decision> = {}): Decision =>
  decided({ kind: 'freeze', primary: null, previous: unit(0), ...change });

export const handingOver = (change: Partial<Decision> = {}): Decision =>
  decided({ kind: 'handover', target: unit(1), previous: unit(0), ...change });

/** Facts of a member; number 0 is the primary. */
export function said(number: number, change: Partial<MemberFacts> = {}): MemberFacts {
  return {
    unit: unit(number),
    host: `10.0.0.${number}`,
    port: 5432,
    version: '15.9',
    systemIdentifier: system,
    role: number === 0 ? 'primary' : 'standby',
    timeline: 1,
    position: null,
    history: [],
    streamingFrom: number === 0 ? null : unit(0),
    epoch: 3,
    refused: null,
    unfenced: null,
    leaving: false,
    job: null,
    ...change,
  };
}

/** A member without data. */
export const empty = (number: number, change: Partial<MemberFacts> = {}): MemberFacts =>
  said(number, { role: 'none', systemIdentifier: null, timeline: null, streamingFrom: null, ...change });

/** A standby that has cut its WAL receiver at `position`. */
export const cut = (number: number, position: string, change: Partial<MemberFacts> = {}): MemberFacts =>
  said(number, { streamingFrom: null, position, ...change });

export function member(facts: MemberFacts, change: Partial<Member> = {}): Member {
  return { unit: facts.unit, dying: false, facts, answers: null, ...change };
}

/** View of the leader, postgresql/1. */
export function leaderView(change: Partial<LeaderView> = {}): LeaderView {
  return {
    unit: unit(1),
    now: '2026-01-01T00:01:00Z',
    decision: decided(),
    heldSeconds: 60,
    members: [member(said(0)), member(said(1)), member(said(2))],
    departedPrimary: null,
    primaryAnswers: true,
    primarySilentSeconds: null,
    primaryRemains: true,
    look: null,
    manual: false,
    ...change,
  };
}

/** This unit's server: a standby that streams. */
export function standby(change: Partial<OwnServer> = {}): OwnServer {
  return {
    state: 'running',
    unknown: null,
    volumeAway: null,
    seenAs: null,
    damage: null,
    systemIdentifier: system,
    timeline: 1,
    position: '0/5000000',
    history: [],
    inRecovery: true,
    cleanStop: false,
    endKnown: true,
    standbySignal: true,
    follows: '10.0.0.0',
    streaming: true,
    upstreamPosition: null,
    settings: {},
    replayPaused: false,
    walMissing: false,
    senders: [],
    problem: null,
    restarts: false,
    ...change,
  };
}

export const running = (change: Partial<OwnServer> = {}): OwnServer =>
  standby({ inRecovery: false, standbySignal: false, follows: null, streaming: false, ...change });

export const stopped = (change: Partial<OwnServer> = {}): OwnServer =>
  running({ state: 'down', cleanStop: true, endKnown: false, ...change });

export const crashed = (change: Partial<OwnServer> = {}): OwnServer =>
  stopped({ cleanStop: false, position: null, ...change });

/** A server that lives and cannot be asked; pg_control has it as `seenAs`. */
export const unasked = (seenAs: OwnServer['seenAs'], change: Partial<OwnServer> = {}): OwnServer =>
  standby({
    state: 'unknown',
    unknown: { reason: '10 of 10 connections are in use', state: 'active' },
    seenAs,
    position: null,
    inRecovery: false,
    endKnown: false,
    standbySignal: seenAs === 'standby',
    streaming: false,
    ...change,
  });

/** A server that is down, and whose pg_control cannot be read. */
export const unreadable = (change: Partial<OwnServer> = {}): OwnServer =>
  crashed({ timeline: null, unknown: { reason: 'it belongs to account 4711', state: 'blocked' }, ...change });

export const damaged = (change: Partial<OwnServer> = {}): OwnServer =>
  crashed({
    timeline: null,
    systemIdentifier: null,
    damage: 'global/pg_control holds 0 of 8192 bytes',
    ...change,
  });

export const absent = (): OwnServer =>
  stopped({ state: 'absent', systemIdentifier: null, timeline: null, position: null, cleanStop: false });

export function memory(change: Partial<ClusterMemory> = {}): ClusterMemory {
  return {
    seenEpoch: 3,
    doneEpoch: 3,
    refused: null,
    systemIdentifier: system,
    noted: null,
    manualEpoch: null,
    halfRewound: false,
    lineage: null,
    ...change,
  };
}

export function job(change: Partial<MemberJob> = {}): MemberJob {
  return {
    name: 'clone',
    state: 'running',
    from: unit(0),
    lineage: `${unit(0)}@1`,
    progress: null,
    error: null,
    attempts: 1,
    retryInSeconds: 0,
    ...change,
  };
}

/** View of postgresql/1: itself and the others. */
export function memberView(change: Partial<MemberView> = {}): MemberView {
  return {
    unit: unit(1),
    host: '10.0.0.1',
    port: 5432,
    version: '15.9',
    dying: false,
    booted: false,
    volumeGoes: false,
    lastChance: false,
    decision: decided(),
    heldSeconds: 0,
    memory: memory(),
    others: [member(said(0)), member(said(2))],
    own: standby(),
    published: null,
    job: null,
    jobUnknown: null,
    canRewind: true,
    fence: { isNeeded: true, isAlive: true, problem: null },
    look: null,
    manual: false,
    ...change,
  };
}

/** The view of postgresql/0, the primary. */
export const primaryView = (change: Partial<MemberView> = {}): MemberView =>
  memberView({
    unit: unit(0),
    host: '10.0.0.0',
    others: [member(said(1)), member(said(2))],
    own: running({ senders: [{ slot: 'postgresql_1', streaming: true, lagBytes: 0 }] }),
    ...change,
  });
