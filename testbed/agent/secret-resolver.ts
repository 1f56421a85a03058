import type { HookInfo, UnitSnapshot } from '../protocol/agent-methods.ts';
import { makeHook } from './hooks.ts';
import type { LocalState } from './local-state.ts';

/** Secret events that are due: changed for readers; rotate, expired and remove for the owner. */
export function* secretHooks(snapshot: UnitSnapshot, local: LocalState): Generator<HookInfo> {
  const { consumed, rotate, expired, obsolete } = snapshot.secrets;
  for (const { uri, label, latest, tracked } of consumed) {
    if (latest > tracked && local.secretsTold[uri] !== latest) {
      yield makeHook('secret-changed', '', { secretUri: uri, secretLabel: label, version: latest });
    }
  }
  const fresh = (hook: HookInfo): boolean => !local.secretEvents.includes(secretEventKey(hook));
  for (const { uri, label, mark } of rotate) {
    const hook = makeHook('secret-rotate', '', { secretUri: uri, secretLabel: label, version: mark });
    if (fresh(hook)) yield hook;
  }
  for (const { uri, label, revision } of expired) {
    const hook = makeHook('secret-expired', '', {
      secretUri: uri,
      secretLabel: label,
      secretRevision: revision,
    });
    if (fresh(hook)) yield hook;
  }
  for (const { uri, label, revision } of obsolete) {
    const hook = makeHook('secret-remove', '', {
      secretUri: uri,
      secretLabel: label,
      secretRevision: revision,
    });
    if (fresh(hook)) yield hook;
  }
}

/** Names one occurrence of a secret event. */
export function secretEventKey(hook: HookInfo): string {
  return `${hook.kind} ${hook.secretUri ?? ''} ${hook.secretRevision ?? hook.version ?? ''}`;
}
