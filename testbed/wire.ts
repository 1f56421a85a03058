/**
 * What a unit agent and its controller say to each other.
 *
 * The controller pushes a {@link UnitSnapshot} whenever anything the unit may react to has changed; the
 * agent asks for the rest ({@link AgentMethods}) while a hook runs. JSON lines over TCP, see wire-
 * channel.ts.
 */
import type { ConfigValue, HookRecord, JujuMode, KillPoint, LogLine } from './admin.ts';

export type Life = 'alive' | 'dying' | 'dead';
export type BagContent = Record<string, string>;

/** One hook with everything that makes it the same hook when it is run again. */
export interface HookInfo {
  /** As the charm sees it: `install`, `db-relation-joined`, `pgdata-storage-attached`. */
  name: string;
  kind: HookKind;
  relationId: number | null;
  remoteUnit: string | null;
  remoteApp: string | null;
  departingUnit: string | null;
  storageId: string | null;
  secretUri: string | null;
  secretLabel: string | null;
  secretRevision: number | null;
  /** Remote version this hook delivers (unit bag, app bag or secret), so that the commit can note it. */
  version: number | null;
}

export type HookKind =
  | 'install'
  | 'config-changed'
  | 'start'
  | 'stop'
  | 'remove'
  | 'upgrade-charm'
  | 'update-status'
  | 'leader-elected'
  | 'leader-settings-changed'
  | 'relation-created'
  | 'relation-joined'
  | 'relation-changed'
  | 'relation-departed'
  | 'relation-broken'
  | 'storage-attached'
  | 'storage-detaching'
  | 'secret-changed'
  | 'secret-rotate'
  | 'secret-expired'
  | 'secret-remove';

export interface RelationSnapshot {
  id: number;
  /** This unit's endpoint name. */
  endpoint: string;
  peer: boolean;
  role: 'provider' | 'requirer' | 'peer';
  scope: 'global' | 'container';
  life: Life;
  suspended: boolean;
  /** Remote application; the own one for a peer relation. */
  remoteApp: string;
  remoteModelUuid: string;
  /** How often the remote (peer: own) application bag was written; 0 means never. */
  appVersion: number;
  /** Remote units in scope and not departing, with the version of their bags. */
  members: Record<string, number>;
  /** Whether this unit has entered. */
  inScope: boolean;
}

export interface StorageSnapshot {
  id: string;
  name: string;
  kind: 'filesystem' | 'block';
  location: string;
  life: Life;
  /** Mounted and ready to use. */
  provisioned: boolean;
}

export interface TaskSnapshot {
  id: string;
  kind: 'action' | 'exec';
  cancelled: boolean;
}

export interface SecretsSnapshot {
  /** Secrets this unit reads, whose newest revision it may not have been told of. */
  consumed: { uri: string; label: string; latest: number; tracked: number }[];
  /** Due at this unit (owner, or leader of the owner). `mark` makes each occurrence distinct. */
  rotate: { uri: string; label: string; mark: number }[];
  expired: { uri: string; label: string; revision: number }[];
  /** Revisions nobody reads any more. */
  obsolete: { uri: string; label: string; revision: number }[];
}

export interface UnitSnapshot {
  /** Grows with each snapshot sent to this unit. */
  version: number;
  unit: string;
  life: Life;
  applicationLife: Life;
  juju: JujuMode;
  agentVersion: string;
  model: { name: string; uuid: string; config: Record<string, ConfigValue> };
  machine: { id: string; address: string; address6: string; cidr: string; hostname: string };
  /** Empty in a principal. */
  principal: string;
  subordinates: string[];
  charm: { hash: string; revision: number; forced: boolean };
  /** Changes with config, trust and addresses. */
  configHash: string;
  /** Unit that leads, or null. */
  leader: string | null;
  leaderSettingsVersion: number;
  relations: RelationSnapshot[];
  storage: StorageSnapshot[];
  tasks: TaskSnapshot[];
  /** Storage ids that install waits for are all provisioned. */
  storageReady: boolean;
  /** Counted up by each `resolved`, with the wish of the last one. */
  resolved: { count: number; retry: boolean };
  secrets: SecretsSnapshot;
  holds: { id: string; filter: string }[];
  repeats: { id: number; hook: HookInfo }[];
  killPoints: ({ id: string } & KillPoint)[];
  failingCommands: { id: string; command: string; count: number; text: string }[];
}

export interface PortChange {
  /** `5432/tcp`, `9000-9010/udp`, `icmp`. */
  range: string;
  endpoints: string[];
  open: boolean;
}

export interface SecretChange {
  uri: string;
  /** null: content stays. */
  content: BagContent | null;
  owner: 'application' | 'unit' | null;
  label: string | null;
  description: string | null;
  /** Model time in ms, null unchanged. */
  expiresAtMs: number | null;
  rotate: string | null;
}

/** All a hook wants changed; values null delete a key. */
export interface CommitRequest {
  hook: HookInfo | null;
  relations: {
    relationId: number;
    unit: Record<string, string | null>;
    app: Record<string, string | null>;
  }[];
  ports: PortChange[];
  state: Record<string, string | null>;
  storageAdds: { name: string; count: number }[];
  secretCreates: SecretChange[];
  secretUpdates: SecretChange[];
  secretRemoves: { uri: string; revision: number | null }[];
  secretGrants: { uri: string; relationId: number; unit: string | null }[];
  secretRevokes: { uri: string; relationId: number | null; app: string | null; unit: string | null }[];
}

export interface CommitResult {
  /** New versions of bags this unit wrote itself: relation id → app bag version. */
  appVersions: Record<string, number>;
}

/** What is fixed for the length of one hook. */
export interface HookFacts {
  /** Every option of the charm; null when unset. */
  config: Record<string, ConfigValue | null>;
  openPorts: { range: string; endpoints: string[] }[];
  state: BagContent;
  /** Endpoints and extra bindings that network-get knows. */
  bindings: string[];
  /** Names of storage the charm declares. */
  storageNames: string[];
  nowMs: number;
}

export interface SecretMetadata {
  id: string;
  uri: string;
  revision: number;
  label: string;
  owner: 'application' | 'unit';
  description: string;
  rotation: string;
  expiry: string | null;
  rotates: string | null;
  access: { target: string; scope: string; role: 'view' }[];
}

export interface StatusReading {
  status: string;
  message: string;
}

type Nothing = Record<string, never>;

/** Method → [parameters, result]. */
export interface AgentMethods {
  hello: [{ unit: string; token: string }, { snapshot: UnitSnapshot }];
  ping: [Nothing, Nothing];
  /** Claim or renew: true when this unit holds the lease now. */
  'lease.claim': [Nothing, { leader: boolean }];
  'scope.enter': [{ relationId: number }, Nothing];
  'scope.leave': [{ relationId: number }, Nothing];
  'hook.facts': [Nothing, HookFacts];
  'bag.read': [{ relationId: number; of: string }, { settings: BagContent }];
  commit: [CommitRequest, CommitResult];
  'status.set': [{ application: boolean; status: string; message: string }, Nothing];
  'status.get': [{ application: boolean }, { own: StatusReading; units: Record<string, StatusReading> }];
  'agent-status.set': [{ status: string; message: string; data: Record<string, unknown> }, Nothing];
  'version.set': [{ version: string }, Nothing];
  'leader.get': [Nothing, { settings: BagContent }];
  'leader.set': [{ settings: Record<string, string | null> }, Nothing];
  'goal-state': [Nothing, { units: GoalUnits; relations: Record<string, GoalUnits> }];
  'secret.reserve': [Nothing, { uri: string }];
  'secret.get': [
    { uri: string | null; label: string | null; refresh: boolean; peek: boolean },
    { uri: string; content: BagContent },
  ];
  'secret.info': [{ uri: string | null; label: string | null }, SecretMetadata];
  'secret.owned': [Nothing, { secrets: SecretMetadata[] }];
  'resource.get': [{ name: string }, { path: string; fileName: string; content: string }];
  'credential.get': [Nothing, { spec: Record<string, unknown> }];
  'task.begin': [{ id: string }, TaskStart];
  'task.log': [{ id: string; message: string }, Nothing];
  'task.finish': [
    {
      id: string;
      status: 'completed' | 'failed' | 'error' | 'aborted';
      message: string;
      results: Record<string, unknown>;
    },
    Nothing,
  ];
  'storage.detached': [{ id: string }, Nothing];
  'secret.told': [{ kind: 'rotate'; uri: string }, Nothing];
  /** The unit has run its last hook. */
  'unit.dead': [Nothing, Nothing];
  /** Ends with the connection: the machine goes down. */
  'machine.reboot': [Nothing, Nothing];
  'hook.record': [HookRecord, Nothing];
  /** Nothing left to do as of this snapshot. */
  idle: [{ version: number }, Nothing];
  log: [{ lines: LogLine[] }, Nothing];
  'fault.used': [{ id: string }, Nothing];
}

export type GoalUnits = Record<string, { status: string; since: string }>;

export interface TaskStart {
  name: string;
  kind: 'action' | 'exec';
  command: string;
  parameters: Record<string, unknown>;
  parallel: boolean;
  executionGroup: string;
  /** Set when the parameters do not fit the action's schema, or it no longer exists. */
  invalid: string | null;
}

export type AgentMethod = keyof AgentMethods;

/** What the controller pushes without being asked. */
export type Push =
  | { push: 'snapshot'; snapshot: UnitSnapshot }
  /** Claim or renew the lease now (the model's clock moved). */
  | { push: 'claim' }
  | { push: 'kill-hook'; signal: string }
  /** The unit is gone from the model: end, and do not come back. */
  | { push: 'removed' };
