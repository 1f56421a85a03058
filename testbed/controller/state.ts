import type { ConfigValue, JujuMode, KillPoint, TaskInfo } from '../protocol/admin.ts';
import type { BagContent, HookInfo, Life } from '../protocol/agent-methods.ts';
import type { Endpoint } from '../protocol/between-models.ts';
import type { Charm } from './charm-types.ts';

/** All a controller knows; everything in it is plain data, so that it goes to disk as JSON. */
export interface ModelState {
  name: string;
  uuid: string;
  juju: JujuMode;
  base: string;
  config: Record<string, ConfigValue>;
  /** Grows with each change. */
  version: number;
  /** Time by which the model's clock was moved ahead of the real one. */
  clockAheadMs: number;
  /** TCP port the agents know; 0 before the first start. */
  agentPort: number;
  /** Last number given out, per kind of thing; unit numbers per application name. */
  sequences: Record<string, number>;
  charms: Record<string, Charm>;
  applications: Record<string, Application>;
  units: Record<string, Unit>;
  machines: Record<string, Machine>;
  relations: Record<string, Relation>;
  storage: Record<string, Storage>;
  tasks: Record<string, Task>;
  secrets: Record<string, Secret>;
  leases: Record<string, Lease>;
  offers: Record<string, Offer>;
  /** Applications of other models, by the name they have here. */
  remotes: Record<string, RemoteApplication>;
  /** Relations with other models that ended here and of which those have to hear: token → model. */
  farewells: Record<string, string>;
}

export interface Offer {
  name: string;
  application: string;
  endpoints: string[];
}

export interface RemoteApplication {
  name: string;
  /** An offer that was consumed here; else a consumer of an offer of this model. */
  consumed: boolean;
  url: string;
  offer: string;
  otherModel: string;
  modelUuid: string;
  ends: Endpoint[];
}

export interface Application {
  name: string;
  charmHash: string;
  charmRevision: number;
  /** The refresh was forced: units in error take the new code too. */
  charmForced: boolean;
  base: string;
  life: Life;
  exposed: boolean;
  trust: boolean;
  config: Record<string, ConfigValue>;
  configVersion: number;
  status: StatusRecord | null;
  workloadVersion: string;
  leaderSettings: BagContent;
  leaderSettingsVersion: number;
  storageSizesMiB: Record<string, number | null>;
  storageCounts: Record<string, number>;
  resources: Record<string, string>;
}

export interface StatusRecord {
  status: string;
  message: string;
  since: string;
  data?: Record<string, unknown>;
}

export interface Unit {
  name: string;
  application: string;
  machine: string;
  principal: string | null;
  life: Life;
  token: string;
  /** Its agent's service has been put on the machine. */
  placed: boolean;
  workload: StatusRecord;
  agent: StatusRecord;
  ports: { range: string; endpoints: string[] }[];
  state: BagContent;
  resolved: { count: number; retry: boolean };
  destroyStorage: boolean;
  statusLog: { at: string; kind: 'juju-unit' | 'workload'; status: string; message: string }[];
  faults: UnitFaults;
}

export interface UnitFaults {
  holds: { id: string; filter: string }[];
  repeats: { id: number; hook: HookInfo }[];
  killPoints: ({ id: string } & KillPoint)[];
  failingCommands: { id: string; command: string; count: number; text: string }[];
  /** `hook` null: whatever runs. */
  failCommits: { hook: string | null; count: number }[];
}

export interface Machine {
  id: string;
  base: string;
  hostname: string;
  address: string;
  address6: string;
  /** `down` only when it was killed through the controller. */
  status: 'pending' | 'started' | 'down' | 'stopping';
  message: string;
  since: string;
}

export interface RelationEnd extends Endpoint {
  application: string;
}

export interface Bag {
  version: number;
  settings: BagContent;
}

export interface Relation {
  id: number;
  ends: RelationEnd[];
  life: Life;
  suspended: boolean;
  /** Units in scope; departing ones are no longer shown to others. */
  scopes: Record<string, { departing: boolean }>;
  unitBags: Record<string, Bag>;
  appBags: Record<string, Bag>;
  /** For a relation with another model; the token names it in both. */
  cross: {
    token: string;
    otherModel: string;
    offer: string;
    offeredEndpoint: string;
    consumingEndpoint: Endpoint;
  } | null;
}

export interface Storage {
  id: string;
  name: string;
  application: string;
  unit: string | null;
  location: string;
  sizeMiB: number | null;
  status: 'pending' | 'attached' | 'detaching' | 'detached';
  life: Life;
}

export interface Task extends TaskInfo {
  kind: 'action' | 'exec';
  command: string;
  parallel: boolean;
  executionGroup: string;
}

export interface SecretRevision {
  revision: number;
  content: BagContent;
  expiresAtMs: number | null;
}

export interface Secret {
  /** Without `secret:`. */
  id: string;
  owner: { kind: 'application' | 'unit'; name: string };
  label: string;
  description: string;
  rotate: string;
  nextRotateMs: number | null;
  /** Counts rotations told. */
  rotations: number;
  latest: number;
  revisions: SecretRevision[];
  grants: { relationId: number; to: string }[];
  /** By unit; units of the owning application track too. */
  consumers: Record<string, { label: string; revision: number }>;
}

export interface Lease {
  /** null after a revocation. */
  holder: string | null;
  expiresAtMs: number;
  /** Unit that may not claim it next (after a revocation), until another one did. */
  barred: string | null;
}

/** A model without anything in it. */
export function emptyModel(name: string, uuid: string, juju: JujuMode, base: string): ModelState {
  return {
    name,
    uuid,
    juju,
    base,
    config: {},
    version: 1,
    clockAheadMs: 0,
    agentPort: 0,
    sequences: {},
    charms: {},
    applications: {},
    units: {},
    machines: {},
    relations: {},
    storage: {},
    tasks: {},
    secrets: {},
    leases: {},
    offers: {},
    remotes: {},
    farewells: {},
  };
}

/** The next number of a kind, from 0; never given twice, not even after the thing is gone. */
export function nextNumber(model: ModelState, kind: string): number {
  const number = model.sequences[kind] ?? 0;
  model.sequences[kind] = number + 1;
  return number;
}

export function nowMs(model: ModelState): number {
  return Date.now() + model.clockAheadMs;
}

export function timestamp(model: ModelState): string {
  return new Date(nowMs(model)).toISOString();
}

export function unitsOf(model: ModelState, application: string): Unit[] {
  return Object.values(model.units).filter((unit) => unit.application === application);
}

export function relationsOf(model: ModelState, application: string): Relation[] {
  return Object.values(model.relations).filter((relation) =>
    relation.ends.some((end) => end.application === application),
  );
}

export function requireApplication(model: ModelState, name: string): Application {
  const application = model.applications[name];
  if (application === undefined) throw new Error(`application "${name}" not found`);
  return application;
}

export function requireUnit(model: ModelState, name: string): Unit {
  const unit = model.units[name];
  if (unit === undefined) throw new Error(`unit "${name}" not found`);
  return unit;
}

export function requireRelation(model: ModelState, id: number): Relation {
  const relation = model.relations[id];
  if (relation === undefined) throw new Error(`relation ${id} not found`);
  return relation;
}

export function charmOf(model: ModelState, application: Application): Charm {
  const charm = model.charms[application.charmHash];
  if (charm === undefined) throw new Error(`charm of application "${application.name}" is gone`);
  return charm;
}
