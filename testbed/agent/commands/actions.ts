import type { HookContext, RunningTask } from '../hook-context.ts';
import { type Command, Refusal, usage } from './command.ts';
import { limitArguments, parseFlags } from './flags.ts';
import { parseFormatted, print } from './output.ts';

function runningAction(context: HookContext): RunningTask {
  if (context.task === null) throw new Refusal(1, 'not running an action');
  return context.task;
}

const actionGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, {});
  limitArguments(parsed.positional, 1);
  const { parameters } = runningAction(call.context);
  const path = (parsed.positional[0] ?? '').split('.').filter((part) => part !== '');
  let value: unknown = parameters;
  for (const part of path) {
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  }
  return print(call, parsed, value ?? null);
};

const keyPart = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const reserved = ['stdout', 'stdout-encoding', 'stderr', 'stderr-encoding'];

const actionSet: Command = async (call) => {
  const parsed = parseFlags(call.args, {});
  const changes = parsed.positional.map((argument): [string[], string] => {
    const at = argument.indexOf('=');
    if (at < 0) throw usage(`argument "${argument}" must be of the form key...=value`);
    const keys = argument.slice(0, at).split('.');
    const [first = ''] = keys;
    if (reserved.includes(first)) throw usage(`cannot set reserved action key "${first}"`);
    for (const key of keys) {
      if (!keyPart.test(key)) {
        throw usage(
          `key "${key}" must start and end with lowercase alphanumeric, ` +
            'and contain only lowercase alphanumeric and hyphens',
        );
      }
    }
    return [keys, argument.slice(at + 1)];
  });
  const { results } = runningAction(call.context);
  for (const [keys, value] of changes) put(results, keys, value);
  return '';
};

/** Nests `a.b.c`; a plain value on the way gives way to a map. */
function put(results: Record<string, unknown>, keys: string[], value: string): void {
  let map = results;
  for (const key of keys.slice(0, -1)) {
    const inner = map[key];
    const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
    map[key] = next;
    map = next;
  }
  map[keys.at(-1) ?? ''] = value;
}

const actionFail: Command = async (call) => {
  const parsed = parseFlags(call.args, {});
  limitArguments(parsed.positional, 1);
  const task = runningAction(call.context);
  task.failed = true;
  task.message = parsed.positional[0] ?? 'action failed without reason given, check action for errors';
  return '';
};

const actionLog: Command = async (call) => {
  const parsed = parseFlags(call.args, {});
  if (parsed.positional.length === 0) throw usage('no message specified');
  const task = runningAction(call.context);
  await call.context.agent.link.request('task.log', { id: task.id, message: parsed.positional.join(' ') });
  return '';
};

export const actionCommands: Record<string, Command> = {
  'action-get': actionGet,
  'action-set': actionSet,
  'action-fail': actionFail,
  'action-log': actionLog,
};
