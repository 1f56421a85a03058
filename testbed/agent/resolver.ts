import type { HookInfo, UnitSnapshot } from '../protocol/agent-methods.ts';
import { isHeld, makeHook } from './hooks.ts';
import type { LocalState } from './local-state.ts';
import { createdHooks, finishedPeers, relationHooks } from './relation-resolver.ts';
import { secretHooks } from './secret-resolver.ts';

/** Triggers that come from time and the machine. */
export interface Triggers {
  commandsWaiting: boolean;
  retryDue: boolean;
  updateStatusDue: boolean;
}

export type Operation =
  | { kind: 'unpack-charm'; upgrade: boolean; runHook: boolean }
  | { kind: 'hook'; hook: HookInfo }
  /** `resolved --no-retry`: as though it had run. */
  | { kind: 'skip-hook'; hook: HookInfo }
  | { kind: 'accept-leadership' }
  | { kind: 'resign-leadership' }
  | { kind: 'task'; id: string }
  | { kind: 'interrupted-task'; id: string }
  | { kind: 'commands' }
  | { kind: 'storage-detached'; id: string }
  | { kind: 'leave-scope'; relationId: number }
  | { kind: 'die' };

/**
 * Next operation of the agent, in Juju's order (uniter/resolver.go); null when there is nothing to do now. A hook that a fault holds back
 * is passed over.
 */
export function nextOperation(
  snapshot: UnitSnapshot,
  local: LocalState,
  triggers: Triggers,
): Operation | null {
  for (const operation of candidates(snapshot, local, triggers)) {
    if (operation.kind !== 'hook' || !isHeld(operation.hook, snapshot.holds)) return operation;
  }
  return null;
}

function* candidates(snapshot: UnitSnapshot, local: LocalState, triggers: Triggers): Generator<Operation> {
  const failed = local.hook !== null;
  const free = !failed && local.queue.length === 0;
  if (local.charmHash === null) {
    yield snapshot.life === 'alive'
      ? { kind: 'unpack-charm', upgrade: false, runHook: true }
      : { kind: 'die' };
    return;
  }
  if (local.startOwed && free) yield { kind: 'hook', hook: makeHook('start') };
  if (local.installed && free) {
    for (const hook of createdHooks(snapshot, local)) yield { kind: 'hook', hook };
    yield* leadership(snapshot, local);
    if (local.started) for (const hook of secretHooks(snapshot, local)) yield { kind: 'hook', hook };
  }
  if (local.task !== null) yield { kind: 'interrupted-task', id: local.task };
  if (local.installed && (free || failed)) {
    for (const task of snapshot.tasks) {
      yield task.cancelled ? { kind: 'interrupted-task', id: task.id } : { kind: 'task', id: task.id };
    }
  }
  if (triggers.commandsWaiting) yield { kind: 'commands' };
  if (!failed) yield* storage(snapshot, local);
  const [queued] = local.queue;
  if (local.hook !== null) yield* retries(snapshot, local, local.hook, triggers);
  else if (queued !== undefined) yield* queuedHook(snapshot, local, queued);
  else if (snapshot.life !== 'alive') yield* dying(snapshot, local);
  else yield* living(snapshot, local, triggers);
}

function* leadership(snapshot: UnitSnapshot, local: LocalState): Generator<Operation> {
  const leads = snapshot.leader === snapshot.unit && snapshot.life === 'alive';
  if (leads && !local.leader) yield { kind: 'accept-leadership' };
  if (!leads && local.leader) yield { kind: 'resign-leadership' };
  const settingsMoved = local.leaderSettingsVersion !== snapshot.leaderSettingsVersion;
  const told = snapshot.juju !== '4.0' && snapshot.life === 'alive';
  if (!leads && told && snapshot.leader !== null && settingsMoved) {
    yield {
      kind: 'hook',
      hook: makeHook('leader-settings-changed', '', { version: snapshot.leaderSettingsVersion }),
    };
  }
}

function* storage(snapshot: UnitSnapshot, local: LocalState): Generator<Operation> {
  for (const each of snapshot.storage) {
    const attached = local.storage.includes(each.id);
    if (each.life === 'alive' && each.provisioned && !attached && snapshot.life === 'alive') {
      yield { kind: 'hook', hook: makeHook('storage-attached', each.name, { storageId: each.id }) };
    }
    if (each.life !== 'alive' && attached) {
      yield { kind: 'hook', hook: makeHook('storage-detaching', each.name, { storageId: each.id }) };
    }
    if (each.life !== 'alive' && !attached && each.provisioned)
      yield { kind: 'storage-detached', id: each.id };
  }
}

/** install waits for all storage; when the unit is to go before, it goes without a hook. */
function* queuedHook(snapshot: UnitSnapshot, local: LocalState, hook: HookInfo): Generator<Operation> {
  if (hook.kind === 'install') {
    if (snapshot.life !== 'alive') {
      if (local.storage.length === 0) yield { kind: 'die' };
      return;
    }
    const attached = snapshot.storage.every((each) => local.storage.includes(each.id));
    if (!snapshot.storageReady || !attached) return;
  }
  yield { kind: 'hook', hook };
}

/** Operations that a failed hook allows: new code by force, the operator's resolution, another try. */
function* retries(
  snapshot: UnitSnapshot,
  local: LocalState,
  hook: HookInfo,
  triggers: Triggers,
): Generator<Operation> {
  if (snapshot.charm.forced && snapshot.charm.revision !== local.charmRevision) {
    yield { kind: 'unpack-charm', upgrade: true, runHook: false };
  }
  const resolved = snapshot.resolved.count > local.resolvedCount;
  if (resolved && !snapshot.resolved.retry) yield { kind: 'skip-hook', hook };
  else if (resolved || triggers.retryDue) yield { kind: 'hook', hook };
}

function* dying(snapshot: UnitSnapshot, local: LocalState): Generator<Operation> {
  for (const hook of relationHooks(snapshot, local)) yield { kind: 'hook', hook };
  for (const relationId of finishedPeers(snapshot, local)) yield { kind: 'leave-scope', relationId };
  if (Object.keys(local.relations).length > 0 || local.storage.length > 0) return;
  if (!local.stopped) yield { kind: 'hook', hook: makeHook('stop') };
  else if (!local.removed) yield { kind: 'hook', hook: makeHook('remove') };
  // A storage that cannot be unmounted holds the unit (Juju 4.0 and a busy mount).
  else if (snapshot.storage.length === 0) yield { kind: 'die' };
}

function* living(snapshot: UnitSnapshot, local: LocalState, triggers: Triggers): Generator<Operation> {
  if (snapshot.charm.revision !== local.charmRevision) {
    yield { kind: 'unpack-charm', upgrade: true, runHook: true };
  }
  if (snapshot.configHash !== local.configHash || !local.started) {
    yield { kind: 'hook', hook: makeHook('config-changed') };
    if (!local.started) return;
  }
  for (const hook of relationHooks(snapshot, local)) yield { kind: 'hook', hook };
  const repeat = snapshot.repeats.find((each) => each.id > local.repeated);
  if (repeat !== undefined) yield { kind: 'hook', hook: repeat.hook };
  if (triggers.updateStatusDue && local.started) yield { kind: 'hook', hook: makeHook('update-status') };
}
