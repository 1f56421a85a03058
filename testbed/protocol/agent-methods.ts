/**
 * Messages between a unit agent and its controller.
 *
 * The controller pushes a {@link UnitSnapshot} whenever anything the unit may react to has changed; the
 * agent asks for the rest ({@link AgentMethods}) while a hook runs. JSON lines over TCP, see
 * channel.ts.
 */
import type { ConfigValue, HookRecord, LogLine } from './admin-types.ts';
import type { CommitRequest, CommitResult } from './hook-changes.ts';
import type { BagContent, UnitSnapshot } from './unit-snapshot.ts';

export type * from './hook-changes.ts';
export type * from './unit-snapshot.ts';

/** Facts that are fixed for the length of one hook. */
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

/** Messages that the controller sends without being asked. */
export type Push =
  | { push: 'snapshot'; snapshot: UnitSnapshot }
  /** Claim or renew the lease now (the model's clock moved). */
  | { push: 'claim' }
  | { push: 'kill-hook'; signal: string }
  /** The unit is gone from the model: end, and do not come back. */
  | { push: 'removed' };
