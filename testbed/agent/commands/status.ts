import type { LogLine } from '../../protocol/admin.ts';
import { type Command, Refusal, usage } from './command.ts';
import { limitArguments, parseFlags } from './flags.ts';
import { leads } from './leader-check.ts';
import { parseFormatted, print } from './output.ts';

const words = ['maintenance', 'blocked', 'waiting', 'active'];

const statusSet: Command = async (call) => {
  const parsed = parseFlags(call.args, { application: 'switch' });
  const [status, message = ''] = parsed.positional;
  if (status === undefined) throw usage('invalid args, require <status> [message]');
  if (!words.includes(status))
    throw usage(`invalid status "${status}", expected one of [${words.join(' ')}]`);
  limitArguments(parsed.positional, 2);
  const { context } = call;
  const application = parsed.switches['application'] === true;
  if (application && !(await leads(context))) throw new Refusal(1, 'this unit is not the leader');
  await context.agent.link.request('status.set', { application, status, message });
  if (application) return '';
  context.charmStatus = { status, message };
  if (!context.agent.local.statusSet) {
    context.agent.local.statusSet = true;
    context.agent.save();
  }
  return '';
};

const statusGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, { 'include-data': 'switch', application: 'switch' });
  limitArguments(parsed.positional, 0);
  const application = parsed.switches['application'] === true;
  if (application && !(await leads(call.context))) throw new Refusal(1, 'this unit is not the leader');
  const { own, units } = await call.context.agent.link.request('status.get', { application });
  const withData = parsed.switches['include-data'] === true;
  const reading = (each: { status: string; message: string }) => ({
    message: each.message,
    status: each.status,
    'status-data': {},
  });
  if (application) {
    const readings = Object.entries(units).map(([name, each]) => [name, reading(each)]);
    const details = withData ? { units: Object.fromEntries(readings) } : {};
    return print(call, parsed, { 'application-status': { ...reading(own), ...details } });
  }
  if (withData) return print(call, parsed, reading(own));
  const smart = (parsed.values['format'] ?? 'smart') === 'smart';
  return print(call, parsed, smart ? own.status : { status: own.status });
};

const applicationVersionSet: Command = async (call) => {
  const parsed = parseFlags(call.args, {});
  const [version] = parsed.positional;
  if (version === undefined) throw usage('no version specified');
  limitArguments(parsed.positional, 1);
  await call.context.agent.link.request('version.set', { version });
  return '';
};

const levels: LogLine['level'][] = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR'];

const jujuLog: Command = async (call) => {
  const flags = { 'log-level': 'value', l: { same: 'log-level' }, debug: 'switch' } as const;
  const parsed = parseFlags(call.args, flags);
  if (parsed.positional.length === 0) throw usage('no message specified');
  const { context } = call;
  const wanted = parsed.values['log-level'] ?? 'INFO';
  const module = `unit.${context.snapshot.unit}.juju-log`;
  const level =
    parsed.switches['debug'] === true ? 'DEBUG' : levels.find((each) => each === wanted.toUpperCase());
  if (level === undefined)
    context.agent.log('WARNING', module, `Specified log level of "${wanted}" is not valid`);
  const relation = context.focus === null ? undefined : context.relations.get(context.focus.relationId);
  const prefix = relation === undefined ? '' : `${relation.endpoint}:${relation.id}: `;
  context.agent.log(level ?? 'INFO', module, prefix + parsed.positional.join(' '));
  return '';
};

export const statusCommands: Record<string, Command> = {
  'status-set': statusSet,
  'status-get': statusGet,
  'application-version-set': applicationVersionSet,
  'juju-log': jujuLog,
};
