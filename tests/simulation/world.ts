/**
 * The state of a simulated model: units with their servers, Juju's bags and queues, and what has been
 * acknowledged.
 */
import type { Decision, MemberFacts } from '../../src/cluster/member-facts.ts';
import type { LeaderRule } from '../../src/cluster/rules/leader/verdict.ts';
import type { MemberRule } from '../../src/cluster/rules/member/verdict.ts';
import type { ClusterMemory, MemberJob } from '../../src/cluster/view.ts';
import type { Random } from './random.ts';
import type { Branch, Data } from './wal.ts';

export interface Server {
  data: Data | null;
  /** Data set aside until the new copy streams. */
  aside: Data | null;
  proc: 'down' | 'starting' | 'running';
  writable: boolean;
  follows: string | null;
  connected: boolean;
  /** A WAL receiver has run since the server started. */
  received: boolean;
  walMissing: boolean;
  startsAtBoot: boolean;
  /** Units its access rules let stream and copy: those its last pass saw. */
  admits: readonly string[];
}

export interface Job {
  readonly name: MemberJob['name'];
  readonly from: string;
  readonly lineage: string;
  state: MemberJob['state'];
  stepsLeft: number;
  attempts: number;
  retryAt: number;
}

export interface Unit {
  readonly name: string;
  server: Server;
  memory: ClusterMemory;
  /** When it first saw the newest epoch it knows. */
  seenAt: number;
  job: Job | null;
  installed: boolean;
  machine: 'up' | 'down' | 'gone';
  /** Cut off from the other units, from the controller. */
  cutPeers: boolean;
  cutController: boolean;
  /** When its agent last reached the controller. */
  reachedAt: number;
  dying: boolean;
  /** Gone from Juju. */
  dead: boolean;
  /** Hooks of its teardown still to come; null while it is not dying. */
  teardown: string[] | null;
  /** Once it has had all its -departed hooks it sees no peers. */
  alone: boolean;
  /** The peers its present hook has found listed. */
  listed: readonly Unit[];
  events: Set<string>;
  hook: Generator<string, void> | null;
  /** Its process has ended, and Juju is about to commit. */
  hookEnds: boolean;
  /** A hook that failed or was killed: it runs again before any other. */
  retry: string | null;
  /** What its hook runs for, queued again when the hook is killed; null for an action. */
  event: string | null;
  /** Its hook stands still until then. */
  stallsUntil: number;
  /** Its hooks fail until then. */
  failsUntil: number;
  /** Since when it has found the primary silent. */
  silentSince: number | null;
  /** The newest epoch it knew when a pass last ran to its end. */
  passedEpoch: number;
  /** Bags of others as its agent has cached them. */
  readonly cache: Map<string, MemberFacts | null>;
  wakes: { readonly at: number; readonly silent: string | null }[];
  fence: Fence;
}

/** The process beside the server that stops a primary without contact. */
export interface Fence {
  runs: boolean;
  /** When it stops the server, unless there is contact before. */
  runsUntil: number;
  /** It has stopped the server and waits for contact, to wake the charm. */
  hasStopped: boolean;
}

/** What a planted bug changes. */
export interface Rules {
  readonly leader: readonly LeaderRule[];
  readonly member: readonly MemberRule[];
  readonly bootsAlways: boolean;
  readonly deletesBeforeClone: boolean;
  readonly actsOnOwnDecision: boolean;
  readonly asksLeadershipLate: boolean;
  readonly fences: boolean;
  readonly startsLate: boolean;
}

export interface World {
  readonly seed: number;
  readonly random: Random;
  readonly rules: Rules;
  /** Juju 4.0: peers are not told of a departure. */
  readonly tellsDeparture: boolean;
  /** The bag of a unit that has left can still be read. */
  readonly keepsBags: boolean;
  readonly hasStorage: boolean;
  readonly canRewind: boolean;
  time: number;
  readonly units: Unit[];
  leader: string | null;
  /** When the leader was last told that it is: that holds for half a minute. */
  leaseToldAt: number;
  readonly bags: Map<string, MemberFacts>;
  readonly decisions: Decision[];
  readonly branches: Branch[];
  faults: boolean;
  systems: number;
  /** What happened, when somebody listens. */
  readonly story: string[] | null;
  violation: string | null;
}

/** Adds a line to the story. */
export function tell(world: World, text: string): void {
  world.story?.push(`${String(world.time).padStart(5)} ${text}`);
}

/** Notes the first violation of an invariant. */
export function violate(world: World, text: string): void {
  tell(world, `VIOLATION ${text}`);
  world.violation ??= text;
}

/** The newest committed decision. */
export function currentDecision(world: World): Decision | null {
  return world.decisions.at(-1) ?? null;
}

/** A unit by name. */
export function unitNamed(world: World, name: string | null): Unit | null {
  return world.units.find((unit) => unit.name === name) ?? null;
}

/** Whether two units can talk to each other. */
export function reaches(from: Unit, to: Unit): boolean {
  return from === to || (to.machine === 'up' && from.machine === 'up' && !from.cutPeers && !to.cutPeers);
}

/** The hook process is killed: Juju will run the same hook again. */
export function killHook(unit: Unit): void {
  if (unit.hook !== null && unit.event !== null) unit.retry = unit.event;
  unit.hook = null;
}

/** A unit that Juju has just placed on a new machine. */
export function newUnit(name: string): Unit {
  return {
    name,
    server: {
      data: null,
      aside: null,
      proc: 'down',
      writable: false,
      follows: null,
      connected: false,
      received: false,
      walMissing: false,
      startsAtBoot: false,
      admits: [],
    },
    memory: {
      seenEpoch: 0,
      doneEpoch: 0,
      refused: null,
      systemIdentifier: null,
      noted: null,
      halfRewound: false,
      lineage: null,
    },
    seenAt: 0,
    job: null,
    installed: false,
    machine: 'up',
    cutPeers: false,
    cutController: false,
    reachedAt: 0,
    dying: false,
    dead: false,
    teardown: null,
    alone: false,
    listed: [],
    events: new Set(['install', 'replication-created', 'config-changed', 'start']),
    hook: null,
    hookEnds: false,
    event: null,
    retry: null,
    stallsUntil: 0,
    failsUntil: 0,
    silentSince: null,
    passedEpoch: 0,
    cache: new Map(),
    wakes: [],
    fence: { runs: false, runsUntil: 0, hasStopped: false },
  };
}
