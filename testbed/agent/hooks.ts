import type { HookInfo, HookKind } from '../protocol/agent-methods.ts';

/** A hook that is about nothing but itself; `details` adds what it is about. */
export function makeHook(kind: HookKind, prefix = '', details: Partial<HookInfo> = {}): HookInfo {
  return {
    name: prefix === '' ? kind : `${prefix}-${kind}`,
    kind,
    relationId: null,
    remoteUnit: null,
    remoteApp: null,
    departingUnit: null,
    storageId: null,
    secretUri: null,
    secretLabel: null,
    secretRevision: null,
    version: null,
    ...details,
  };
}

/** True when a fault holds the hook back: by its name, or `name(remote unit or application)`. */
export function isHeld(hook: HookInfo, holds: { filter: string }[]): boolean {
  const about = hook.remoteUnit ?? hook.remoteApp ?? hook.storageId ?? '';
  return holds.some(({ filter }) => {
    const pattern = new RegExp(filter);
    return pattern.test(hook.name) || pattern.test(`${hook.name}(${about})`);
  });
}
