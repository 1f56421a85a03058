import { type Command, Refusal, usage } from './command.ts';
import { limitArguments, parseFlags } from './flags.ts';
import { keyValuesOf } from './key-values.ts';
import { leads } from './leader-check.ts';
import { parseFormatted, print } from './output.ts';

const configGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, { all: 'switch', a: { same: 'all' } });
  const all = parsed.switches['all'] === true;
  const [key] = parsed.positional;
  if (all && key !== undefined) throw usage('cannot use argument --all together with key');
  limitArguments(parsed.positional, 1);
  const { config } = call.context.facts;
  if (key !== undefined) return print(call, parsed, config[key] ?? null);
  const entries = Object.entries(config).filter(([, value]) => all || value !== null);
  return print(call, parsed, Object.fromEntries(entries));
};

const isLeader: Command = async (call) => {
  const parsed = parseFormatted(call.args, {});
  limitArguments(parsed.positional, 0);
  return print(call, parsed, await leads(call.context));
};

const leaderGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, {});
  limitArguments(parsed.positional, 1);
  const [key = '-'] = parsed.positional;
  const { context } = call;
  const settings =
    context.fetched.get('leader') ?? (await context.agent.link.request('leader.get', {})).settings;
  context.fetched.set('leader', settings);
  return print(call, parsed, key === '-' ? settings : (settings[key] ?? null));
};

const leaderSet: Command = async (call) => {
  const parsed = parseFlags(call.args, {});
  const values = await keyValuesOf(call, parsed.positional, undefined);
  try {
    await call.context.agent.link.request('leader.set', { settings: values });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(1, `cannot write leadership settings: ${reason}`);
  }
  call.context.fetched.delete('leader');
  return '';
};

const credentialGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, {});
  try {
    return print(call, parsed, (await call.context.agent.link.request('credential.get', {})).spec);
  } catch (error) {
    throw new Refusal(
      1,
      `cannot access cloud credentials: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

export const configCommands: Record<string, Command> = {
  'config-get': configGet,
  'is-leader': isLeader,
  'credential-get': credentialGet,
};

/** Gone in 4.0. */
export const leaderSettingsCommands: Record<string, Command> = {
  'leader-get': leaderGet,
  'leader-set': leaderSet,
};
