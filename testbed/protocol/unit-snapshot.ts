/** A model as the controller shows it to one unit's agent. */
import type { ConfigValue, JujuMode, KillPoint } from './admin-types.ts';

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
  /** Number of writes to the remote (peer: own) application bag; 0 means never. */
  appVersion: number;
  /** Remote units in scope and not departing, with the version of their bags. */
  members: Record<string, number>;
  /** This unit has entered. */
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
