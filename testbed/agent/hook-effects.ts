import type { HookInfo, UnitSnapshot } from '../protocol/agent-methods.ts';
import { makeHook } from './hooks.ts';
import type { LocalState } from './local-state.ts';
import { secretEventKey } from './secret-resolver.ts';

/**
 * Notes in the local state that a hook has run and was committed: what was delivered, and the hook that must
 * follow. `snapshot` is the one in force when the hook began.
 */
export function noteHook(local: LocalState, hook: HookInfo, snapshot: UnitSnapshot): void {
  local.hook = null;
  if (isSame(local.queue[0], hook)) local.queue.shift();
  if (hook.relationId !== null) noteRelationHook(local, hook);
  switch (hook.kind) {
    case 'install':
      local.installed = true;
      break;
    case 'upgrade-charm':
      queue(local, makeHook('config-changed'));
      break;
    case 'config-changed':
      local.configHash = snapshot.configHash;
      if (!local.started) queue(local, makeHook('start'));
      break;
    case 'start':
      local.started = true;
      local.startOwed = false;
      break;
    case 'stop':
      local.stopped = true;
      break;
    case 'remove':
      local.removed = true;
      break;
    case 'leader-settings-changed':
      local.leaderSettingsVersion = hook.version ?? snapshot.leaderSettingsVersion;
      break;
    case 'storage-attached':
      if (hook.storageId !== null && !local.storage.includes(hook.storageId))
        local.storage.push(hook.storageId);
      break;
    case 'storage-detaching':
      local.storage = local.storage.filter((id) => id !== hook.storageId);
      break;
    case 'secret-changed':
      if (hook.secretUri !== null) local.secretsTold[hook.secretUri] = hook.version ?? 0;
      break;
    case 'secret-rotate':
    case 'secret-expired':
    case 'secret-remove':
      local.secretEvents.push(secretEventKey(hook));
      break;
    default:
      break;
  }
  const repeat = snapshot.repeats.find((each) => each.id > local.repeated);
  if (repeat !== undefined && isSame(repeat.hook, hook)) local.repeated = repeat.id;
}

/** True when both are the same hook with the same parameters. */
export function isSame(one: HookInfo | undefined, other: HookInfo): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function queue(local: LocalState, hook: HookInfo): void {
  local.queue.push(hook);
}

function noteRelationHook(local: LocalState, hook: HookInfo): void {
  const own = local.relations[String(hook.relationId)];
  if (own === undefined) return;
  switch (hook.kind) {
    case 'relation-joined':
      if (hook.remoteUnit === null) return;
      own.members[hook.remoteUnit] = hook.version ?? own.members[hook.remoteUnit] ?? 0;
      own.changedPending = hook.remoteUnit;
      break;
    case 'relation-changed':
      if (hook.remoteUnit === null) own.appVersion = hook.version ?? own.appVersion;
      else {
        const known = own.members[hook.remoteUnit];
        if (known !== undefined) own.members[hook.remoteUnit] = hook.version ?? known;
        if (own.changedPending === hook.remoteUnit) own.changedPending = null;
      }
      break;
    case 'relation-departed':
      if (hook.remoteUnit !== null) delete own.members[hook.remoteUnit];
      if (own.changedPending === hook.remoteUnit) own.changedPending = null;
      break;
    case 'relation-broken':
      delete local.relations[String(hook.relationId)];
      break;
    default:
      break;
  }
}
