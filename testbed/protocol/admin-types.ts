/** The things a controller tells about, as the command line and the tests see them. */

export type JujuMode = '2.9' | '3.6' | '4.0';
export type ConfigValue = string | number | boolean;

export interface ModelInfo {
  name: string;
  uuid: string;
  juju: JujuMode;
  /** Agent version as charms see it, such as `3.6.9`. */
  version: string;
  /** Image new machines get unless a deploy names another: `bookworm` or `trixie`. */
  base: string;
  /** JSON lines, see {@link LogLine}; only ever appended to, so a follower may tail it. */
  logPath: string;
  controllerPid: number;
}

/** One line of the debug log, and of the file at {@link ModelInfo.logPath}. */
export interface LogLine {
  at: string;
  /** `unit-pg-0` or `controller-0`. */
  entity: string;
  level: 'TRACE' | 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
  /** Such as `unit.pg/0.juju-log` or `unit.pg/0.install`. */
  module: string;
  message: string;
}

export type TaskStatus =
  | 'pending'
  | 'running'
  | 'completed'
  | 'failed'
  | 'error'
  | 'aborting'
  | 'aborted'
  | 'cancelled';

export interface TaskInfo {
  id: string;
  operation: string;
  unit: string;
  /** The action's name, or `juju-exec` for a command. */
  action: string;
  parameters: Record<string, unknown>;
  status: TaskStatus;
  message: string;
  /** Results that action-set wrote, plus `return-code`, `stdout`, `stderr`. */
  results: Record<string, unknown>;
  log: { at: string; message: string }[];
  enqueued: string;
  started: string | null;
  completed: string | null;
}

export interface HookRecord {
  /** `install`, `db-relation-changed`, an action as `action:backup`, a command as `juju-exec`. */
  hook: string;
  relationId: number | null;
  remoteUnit: string | null;
  remoteApp: string | null;
  departingUnit: string | null;
  storageId: string | null;
  /** null when the process was killed. */
  exitCode: number | null;
  signal: string | null;
  /** Reason the hook counts as failed although the process may have exited 0 (a refused commit); else null. */
  error: string | null;
  startedAt: string;
  durationMs: number;
  /** Number of runs of each hook command, by name. */
  commands: Record<string, number>;
}

export interface RelationBags {
  id: number;
  endpoints: { application: string; endpoint: string; role: 'provider' | 'requirer' | 'peer' }[];
  applications: Record<string, Record<string, string>>;
  units: Record<string, Record<string, string>>;
}

export interface SecretInfo {
  uri: string;
  owner: string;
  label: string;
  description: string;
  rotate: string;
  latestRevision: number;
  revisions: number[];
  grants: { relationId: number; to: string }[];
}

export interface StorageInfo {
  id: string;
  name: string;
  /** null while detached. */
  unit: string | null;
  location: string;
  sizeMiB: number | null;
  status: 'pending' | 'attached' | 'detaching' | 'detached';
}

export interface ConfigOptionInfo {
  type: string;
  description: string;
  default: ConfigValue | null;
  value: ConfigValue | null;
  source: 'default' | 'user' | 'unset';
}

export interface CharmActionInfo {
  name: string;
  description: string;
  /** The action's JSON schema. */
  params: Record<string, unknown>;
}

export interface Settled {
  settled: boolean;
  /** Reasons it is not settled, one sentence each. */
  waitingFor: string[];
}

/** Picks the moment at which a hook's processes are killed. All given conditions must hold; used once. */
export interface KillPoint {
  /** Exact hook or action name; any when left out. */
  hook?: string;
  /** Kill in place of answering the n-th hook command (1 is the first). */
  afterCommand?: number;
  /** Kill in place of answering the first command of this name. */
  command?: string;
  /** Kill in place of answering a juju-log whose message matches this regular expression. */
  logLine?: string;
}
