/** The state of a simulated model: machines with their servers, Juju's bags and queues, and what has been acknowledged. */
import type {
  Bag,
  ClientEndpoint,
  ClusterPlace,
  Decision,
  FailedStep,
  MajorTraits,
  ManagedPaths,
  Observation,
  Plan,
  Reading,
  RuleSet,
  ServerLook,
  Situation,
} from '../shipped.ts';
import type { Random } from './random.ts';
import type { Branch, Data } from './wal.ts';

export type Files = Readonly<Record<string, string | null>>;

export interface Server {
  data: Data | null;
  /** Data set aside until the new copy streams. */
  aside: Data | null;
  proc: 'down' | 'starting' | 'running';
  writable: boolean;
  connected: boolean;
  /** A WAL receiver has run since the server started. */
  received: boolean;
  walMissing: boolean;
  /** Files as it has read them; those it reads at its start only are as they were then. */
  loaded: Files;
  /** Ordered settings as they were at its start. */
  ordered: Readonly<Record<string, number>>;
  slots: readonly string[];
  /** Time of its first session. */
  upSince: number;
}

/** A machine's two clocks, in seconds of the world. */
export interface Clock {
  bootedAt: number;
  boots: number;
  /** Seconds by which the wall clock is ahead of the world's. */
  aheadSeconds: number;
}

export interface Unit {
  readonly name: string;
  readonly host: string;
  /** The last observation, kept in step by the effects of steps: all that nobody but the charm changes comes from here. */
  kept: Observation;
  readonly clock: Clock;
  server: Server;
  /** Steps that the clone or rewind under way has left, and the time until which it waits to be let in. */
  job: { stepsLeft: number; readonly waitsUntil: number } | null;
  /** End of its watch. */
  watchEnds: number;
  installed: boolean;
  /** It has entered the peer relation. */
  joined: boolean;
  machine: 'up' | 'down' | 'gone';
  /** Cut off from the other units, from the controller. */
  cutPeers: boolean;
  cutController: boolean;
  /** Time at which its agent last reached the controller. */
  reachedAt: number;
  dying: boolean;
  /** Gone from Juju. */
  dead: boolean;
  /** Hooks of its teardown still to come; null while it is not dying. */
  teardown: string[] | null;
  /** Peers of which it has been told that they depart, because it leaves itself. */
  readonly unseen: Set<string>;
  events: Set<string>;
  hook: Generator<string, void> | null;
  /** Its process has ended, and Juju is about to commit. */
  hookEnds: boolean;
  /** Time at which its wall clock is set next, because time is measured just now. */
  clockSetAt: number;
  /** A hook that failed or was killed: it runs again before any other. */
  retry: string | null;
  /** Event that its hook runs for, queued again when the hook is killed; null for an action. */
  event: string | null;
  /** Its hook stands still until then. */
  stallsUntil: number;
  /** Its hooks fail until then. */
  failsUntil: number;
  /** Work it should have done, and for how many hooks. */
  overdue: { readonly what: string; readonly hooks: number } | null;
  /** An operator keeps its server from starting while it is not to be primary any more. */
  isMasked: boolean;
  /** Its last pass has seen that manual_replication is on. */
  knowsManual: boolean;
  /** The newest epoch it knew when a pass last ran to its end. */
  passedEpoch: number;
  /** Bags of others as its agent has cached them. */
  readonly cache: Map<string, Bag>;
  /** Juju's half as a hook of it has parsed it last. */
  reading: Reading | null;
  fence: Fence;
  /** End of its job for packages. */
  packagesEnd: number;
  trouble: Trouble;
  /** Looks that fail while it is blind. */
  blindFor: readonly BlindLook[];
}

/** The process beside the server that stops a primary without contact. */
export interface Fence {
  /** Time at which it stops the server, unless there is contact before. */
  runsUntil: number;
  /** It has stopped the server and waits for contact, to wake the charm. */
  hasStopped: boolean;
  /** The standby here received when it looked last. */
  received: boolean;
  /** End of its process by somebody, in steps of the world; null once a hook that began later has been committed. */
  lostUnnoticedAt: number | null;
}

/** A look that can fail by itself. */
export type BlindLook = ServerLook | 'catalog' | 'secret' | 'volume';

/** Faults of a machine, each until a time of the world. */
export interface Trouble {
  /** No space left: the server does not start. */
  diskFull: number;
  /** The server takes no more sessions. */
  crowded: number;
  /** No process can be started beside a hook. */
  noProcesses: number;
  /** Some looks fail. */
  blind: number;
  /** The memory cannot be written. */
  noNotes: number;
  /** Packages cannot be fetched: an attempt takes long and fails. */
  mirrorHangs: number;
}

/** An action that an operator has asked for and that has not begun. */
export interface Asked {
  readonly action: 'switchover' | 'failover';
  readonly from: number;
  readonly until: number;
}

export interface Manual {
  nextAt: number;
  readonly moves: ((world: World) => void)[];
  promoted: string | null;
}

/** An application that uses the database. */
export interface ClientApplication {
  /** `db:3` */
  readonly id: string;
  readonly endpoint: ClientEndpoint;
  readonly application: string;
  readonly applicationBag: Bag;
  readonly unitBags: Readonly<Record<string, Bag>>;
  /** Time at which its units join. */
  readonly joinsAt: number;
}

/** The charm that is driven: as shipped, or with one bug planted in it. */
export interface Charm {
  readonly plan: (situation: Situation, failed: readonly FailedStep[]) => Plan;
  readonly rules: RuleSet;
  /** Changes an observation as this bug would. */
  readonly sees: (observation: Observation) => Observation;
  readonly bootsAlways: boolean;
  readonly deletesBeforeClone: boolean;
  readonly actsOnOwnDecision: boolean;
  readonly asksLeadershipLate: boolean;
  readonly fences: boolean;
  readonly startsLate: boolean;
  readonly trustsWallClock: boolean;
}

export interface World {
  readonly seed: number;
  readonly random: Random;
  readonly charm: Charm;
  readonly jujuVersion: string;
  readonly traits: MajorTraits;
  /** Place of the cluster on every unit. */
  readonly place: ClusterPlace;
  readonly paths: ManagedPaths;
  /** Juju 4.0: peers are not told of a departure. */
  readonly tellsDeparture: boolean;
  /** The bag of a unit that has left can still be read. */
  readonly keepsBags: boolean;
  readonly hasStorage: boolean;
  options: Observation['juju']['options'];
  /** Plans of an operator under manual_replication; null while that is off. */
  manual: Manual | null;
  asked: Asked | null;
  /** The application's status as the leader set it last. */
  applicationStatus: string;
  /** The newest epoch when manual_replication ended last. */
  handEpoch: number;
  /** Unit that the operator had promoted when manual_replication ended; null once a decision names it, or it is no primary any more. */
  byHand: string | null;
  time: number;
  /** Steps of the world so far: finer than its time. */
  ticks: number;
  readonly units: Unit[];
  readonly clients: readonly ClientApplication[];
  leader: string | null;
  /** Time at which the leader was last told that it is: that holds for half a minute. */
  leaseToldAt: number;
  /** Unit → its committed bag of the peer relation. */
  readonly bags: Map<string, Bag>;
  /** The application bag of the peer relation, every commit of it, newest last. */
  readonly applicationBags: Bag[];
  /** Relation and unit → its committed bag of a client relation. */
  readonly clientBags: Map<string, Bag>;
  /** Relation → the committed application bag. */
  readonly clientApplicationBags: Map<string, Bag>;
  /** Every decision committed, newest last. */
  readonly decisions: Decision[];
  /** Time at which each was committed. */
  readonly decidedAt: number[];
  readonly branches: Branch[];
  faults: boolean;
  systems: number;
  /** Events of the run; null when nobody reads them. */
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

/** A unit by address. */
export function unitAt(world: World, host: string | null): Unit | null {
  return world.units.find((unit) => unit.host === host) ?? null;
}

/** True when two units can reach each other. */
export function reaches(from: Unit, to: Unit): boolean {
  return from === to || (to.machine === 'up' && from.machine === 'up' && !from.cutPeers && !to.cutPeers);
}

/** The hook process is killed: Juju will run the same hook again. */
export function killHook(unit: Unit): void {
  if (unit.hook !== null && unit.event !== null) unit.retry = unit.event;
  unit.hook = null;
}
