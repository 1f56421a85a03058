import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageSnapshot } from '../../protocol/agent-methods.ts';
import type { HookContext } from '../hook-context.ts';
import { type Command, Refusal, usage } from './command.ts';
import { limitArguments, parseFlags } from './flags.ts';
import { parseFormatted, print } from './output.ts';

/** Storage the charm was told of: attached, or being attached by this very hook. */
function visibleStorage(context: HookContext): StorageSnapshot[] {
  const ids = new Set(context.agent.local.storage);
  if (context.hook?.storageId != null) ids.add(context.hook.storageId);
  return context.snapshot.storage.filter((storage) => ids.has(storage.id));
}

const storageList: Command = async (call) => {
  const parsed = parseFormatted(call.args, {});
  limitArguments(parsed.positional, 1);
  const [name] = parsed.positional;
  const ids = visibleStorage(call.context)
    .filter((storage) => name === undefined || storage.name === name)
    .map((storage) => storage.id);
  return print(call, parsed, ids.sort());
};

const storageGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, { s: 'value' });
  const id = parsed.values['s'] ?? call.context.hook?.storageId ?? undefined;
  if (id === undefined) throw usage('no storage instance specified');
  limitArguments(parsed.positional, 1);
  const storage = visibleStorage(call.context).find((each) => each.id === id);
  if (storage === undefined) {
    throw usage(`invalid value "${id}" for option -s: storage not found`);
  }
  const values: Record<string, string> = { kind: storage.kind, location: storage.location };
  const [key] = parsed.positional;
  if (key === undefined) return print(call, parsed, values);
  const value = values[key];
  if (value === undefined) throw new Refusal(1, `invalid storage attribute "${key}"`);
  return print(call, parsed, value);
};

const storageAdd: Command = async (call) => {
  const parsed = parseFlags(call.args, {});
  if (parsed.positional.length === 0) throw usage('storage add requires a storage directive');
  const adds = parsed.positional.map((argument) => {
    const match = /^([a-z][a-z0-9-]*)(?:=(.*))?$/.exec(argument);
    const name = match?.[1] ?? argument;
    const count = match?.[2] === undefined ? 1 : Number(match[2]);
    if (match === null || !Number.isInteger(count) || count < 1) {
      throw new Refusal(1, 'only count can be specified for storage directives');
    }
    if (!call.context.facts.storageNames.includes(name)) {
      throw new Refusal(1, `charm storage "${name}" not found`);
    }
    return { name, count };
  });
  call.context.pending.storageAdds.push(...adds);
  return '';
};

const resourceGet: Command = async (call) => {
  const parsed = parseFlags(call.args, {});
  const [name] = parsed.positional;
  if (name === undefined) throw usage('missing required resource name');
  limitArguments(parsed.positional, 1);
  const { link, paths } = call.context.agent;
  try {
    const { fileName, content } = await link.request('resource.get', { name });
    const folder = join(paths.resources, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, fileName), Buffer.from(content, 'base64'));
    return join(folder, fileName);
  } catch (error) {
    throw new Refusal(
      1,
      `could not download resource: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

export const storageCommands: Record<string, Command> = {
  'storage-list': storageList,
  'storage-get': storageGet,
  'storage-add': storageAdd,
  'resource-get': resourceGet,
};
