/** Reading of the event from Juju's variables. */
import type { EventFacts } from '../plan/event.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The event from Juju's variables, or from the path the program was called by. Null when neither names one: then it is a command line
 * for people.
 */
export function readEvent(env: Environment, calledAs: string): EventFacts | null {
  const unit = text(env['JUJU_UNIT_NAME']);
  if (unit === null) return null;
  const { hook, action } = eventNames(env, calledAs);
  if (hook === '' && action === null) return null;
  return { ...surroundings(env, unit), hook, action };
}

/** The facts of a process that Juju runs for no event, as `juju-exec` does. Null outside Juju. */
export function readContext(env: Environment): EventFacts | null {
  const unit = text(env['JUJU_UNIT_NAME']);
  return unit === null || text(env['JUJU_CONTEXT_ID']) === null
    ? null
    : { ...surroundings(env, unit), hook: '', action: null };
}

function surroundings(env: Environment, unit: string): Omit<EventFacts, 'hook' | 'action'> {
  return {
    relation: text(env['JUJU_RELATION_ID']),
    remoteUnit: text(env['JUJU_REMOTE_UNIT']),
    remoteApplication: text(env['JUJU_REMOTE_APP']),
    departingUnit: text(env['JUJU_DEPARTING_UNIT']),
    unit,
    model: text(env['JUJU_MODEL_UUID']) ?? '',
    jujuVersion: text(env['JUJU_VERSION']) ?? '',
    controllers: (env['JUJU_API_ADDRESSES'] ?? '').split(/[\s,]+/).filter((address) => /:\d+$/.test(address)),
  };
}

function eventNames(env: Environment, calledAs: string): { hook: string; action: string | null } {
  const dispatched = text(env['JUJU_DISPATCH_PATH']) ?? calledAs;
  const [, folder, name] = /(?:^|\/)(hooks|actions)\/([^/]+)$/.exec(dispatched) ?? [];
  const action = text(env['JUJU_ACTION_NAME']) ?? (folder === 'actions' ? (name ?? null) : null);
  if (action !== null) return { hook: '', action };
  return { hook: text(env['JUJU_HOOK_NAME']) ?? (folder === 'hooks' ? (name ?? '') : ''), action: null };
}

function text(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}
