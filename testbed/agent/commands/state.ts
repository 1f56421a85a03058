import type { BagContent } from '../../protocol/agent-methods.ts';
import type { HookContext } from '../hook-context.ts';
import { type Command, Refusal, usage } from './command.ts';
import { limitArguments, parseFlags } from './flags.ts';
import { keyValuesOf } from './key-values.ts';
import { parseFormatted, print } from './output.ts';

/** The unit's store with what this run has changed in it. */
function currentState(context: HookContext): BagContent {
  const state = { ...context.facts.state };
  for (const [key, value] of Object.entries(context.pending.state)) {
    if (value === null) delete state[key];
    else state[key] = value;
  }
  return state;
}

const stateGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, { strict: 'switch' });
  limitArguments(parsed.positional, 1);
  const state = currentState(call.context);
  const [key = '-'] = parsed.positional;
  if (key === '-') {
    const empty = Object.keys(state).length === 0 && call.context.snapshot.juju === '4.0';
    return print(call, parsed, empty ? null : state);
  }
  const value = state[key];
  if (value === undefined && parsed.switches['strict'] === true)
    throw new Refusal(1, `key "${key}" not found`);
  return print(call, parsed, value ?? '');
};

const stateSet: Command = async (call) => {
  const parsed = parseFlags(call.args, { file: 'value' });
  if (parsed.positional.length === 0 && parsed.values['file'] === undefined) return '';
  const values = await keyValuesOf(call, parsed.positional, parsed.values['file']);
  for (const [key, value] of Object.entries(values)) {
    if (Buffer.byteLength(key) > 256) throw new Refusal(1, `max allowed key length (256) exceeded`);
    if (Buffer.byteLength(value) > 65_536) throw new Refusal(1, `max allowed value length (65536) exceeded`);
  }
  Object.assign(call.context.pending.state, values);
  return '';
};

const stateDelete: Command = async (call) => {
  const parsed = parseFlags(call.args, {});
  const [key] = parsed.positional;
  if (key === undefined) throw usage('no key specified');
  limitArguments(parsed.positional, 1);
  call.context.pending.state[key] = null;
  return '';
};

const reboot: Command = async (call) => {
  const parsed = parseFlags(call.args, { now: 'switch' });
  limitArguments(parsed.positional, 0);
  const { context } = call;
  if (context.task !== null) throw new Refusal(1, 'juju-reboot is not supported when running an action.');
  context.reboot = parsed.switches['now'] === true ? 'now' : 'after';
  if (context.reboot === 'now') context.kill('SIGKILL');
  return '';
};

export const stateCommands: Record<string, Command> = {
  'state-get': stateGet,
  'state-set': stateSet,
  'state-delete': stateDelete,
  'juju-reboot': reboot,
};
