import type { BagContent, SecretChange, SecretMetadata } from '../../protocol/agent-methods.ts';
import { secretId } from '../../protocol/names.ts';
import type { HookContext } from '../hook-context.ts';
import { type Command, Refusal, usage } from './command.ts';
import { limitArguments, type Parsed, parseFlags } from './flags.ts';
import { leads } from './leader-check.ts';
import { parseFormatted, print } from './output.ts';
import { chosenRelation } from './relation-choice.ts';
import { checkRotation, parseExpiry, secretContent } from './secret-content.ts';

const contentFlags = {
  owner: 'value',
  label: 'value',
  description: 'value',
  expire: 'value',
  rotate: 'value',
  file: 'value',
} as const;

function normalUri(text: string): string {
  try {
    return `secret:${secretId(text)}`;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

async function secretChange(
  call: Parameters<Command>[0],
  parsed: Parsed,
  uri: string,
  args: string[],
): Promise<SecretChange> {
  const { values } = parsed;
  const content = await secretContent(call, args, values['file']);
  const owner = values['owner'];
  if (owner !== undefined && owner !== 'application' && owner !== 'unit') {
    throw usage(`secret owner "${owner}" not valid`);
  }
  return {
    uri,
    content: Object.keys(content).length === 0 ? null : content,
    owner: owner ?? null,
    label: values['label'] ?? null,
    description: values['description'] ?? null,
    expiresAtMs:
      values['expire'] === undefined ? null : parseExpiry(values['expire'], call.context.facts.nowMs),
    rotate: values['rotate'] === undefined ? null : checkRotation(values['rotate']),
  };
}

const secretAdd: Command = async (call) => {
  const parsed = parseFlags(call.args, contentFlags);
  const change = await secretChange(call, parsed, '', parsed.positional);
  if (change.content === null) throw usage('missing secret value or filename');
  if (change.owner !== 'unit' && !(await leads(call.context)))
    throw new Refusal(1, 'this unit is not the leader');
  const { uri } = await call.context.agent.link.request('secret.reserve', {});
  call.context.pending.secretCreates.push({ ...change, uri, owner: change.owner ?? 'application' });
  return `${uri}\n`;
};

/** The secret of the run's own making that is not committed yet. */
function ownNew(context: HookContext, uri: string): SecretChange | undefined {
  return context.pending.secretCreates.find((each) => each.uri === uri);
}

async function ownedSecret(
  context: HookContext,
  uri: string | null,
  label: string | null,
): Promise<SecretMetadata> {
  try {
    return await context.agent.link.request('secret.info', { uri, label });
  } catch (error) {
    throw new Refusal(1, error instanceof Error ? error.message : String(error));
  }
}

/** An application's secret can be changed by its leader only; one that is new in this run always. */
async function requireOwnership(context: HookContext, uri: string): Promise<void> {
  if (ownNew(context, uri) !== undefined) return;
  const secret = await ownedSecret(context, uri, null);
  if (secret.owner === 'application' && !(await leads(context)))
    throw new Refusal(1, 'this unit is not the leader');
}

const secretSet: Command = async (call) => {
  const parsed = parseFlags(call.args, contentFlags);
  const [text, ...args] = parsed.positional;
  if (text === undefined) throw usage('missing secret URI');
  const uri = normalUri(text);
  const change = await secretChange(call, parsed, uri, args);
  await requireOwnership(call.context, uri);
  const created = ownNew(call.context, uri);
  if (created === undefined) {
    const { secretUpdates } = call.context.pending;
    const earlier = secretUpdates.find((each) => each.uri === uri);
    if (earlier === undefined) secretUpdates.push(change);
    else overlay(earlier, change);
  } else overlay(created, change);
  return '';
};

function overlay(target: SecretChange, change: SecretChange): void {
  for (const [key, value] of Object.entries(change))
    if (value !== null) Object.assign(target, { [key]: value });
}

const secretGet: Command = async (call) => {
  const flags = { label: 'value', refresh: 'switch', peek: 'switch' } as const;
  const parsed = parseFormatted(call.args, flags, ['yaml', 'json']);
  const { label = null } = parsed.values as { label?: string };
  const [first, second] = parsed.positional;
  const named = first !== undefined && (first.startsWith('secret:') || label === null);
  const key = named ? second : first;
  if (!named && label === null) throw usage('require either a secret URI or label');
  const peek = parsed.switches['peek'] === true;
  const refresh = parsed.switches['refresh'] === true;
  if (peek && refresh) throw usage('specify one of --peek or --refresh but not both');
  const uri = named ? normalUri(first) : null;
  const content = await readContent(call.context, { uri, label, refresh, peek });
  if (key === undefined) return print(call, parsed, content, 'yaml');
  const [name = '', form] = key.split('#');
  const value = content[name];
  if (value === undefined) throw new Refusal(1, `invalid secret value: key "${name}" not found`);
  const shown = form === 'base64' ? Buffer.from(value).toString('base64') : value;
  return parsed.values['format'] === 'json' ? print(call, parsed, shown) : `${shown}\n`;
};

async function readContent(
  context: HookContext,
  query: { uri: string | null; label: string | null; refresh: boolean; peek: boolean },
): Promise<BagContent> {
  const { pending } = context;
  const created = pending.secretCreates.find(
    (each) => each.uri === query.uri || (query.uri === null && each.label === query.label),
  );
  if (created?.content != null) return created.content;
  if (query.peek || query.refresh) {
    const updated = pending.secretUpdates.find((each) => each.uri === query.uri);
    if (updated?.content != null) return updated.content;
  }
  try {
    return (await context.agent.link.request('secret.get', query)).content;
  } catch (error) {
    throw new Refusal(1, error instanceof Error ? error.message : String(error));
  }
}

const secretInfoGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, { label: 'value' }, ['yaml', 'json']);
  const [text] = parsed.positional;
  const label = parsed.values['label'] ?? null;
  if (text === undefined && label === null) throw usage('require either a secret URI or label');
  if (text !== undefined && label !== null) throw usage('specify either a secret URI or label but not both');
  const found = await ownedSecret(call.context, text === undefined ? null : normalUri(text), label);
  const details: Record<string, unknown> = {
    revision: found.revision,
    label: found.label,
    owner: found.owner,
  };
  if (found.description !== '') details['description'] = found.description;
  if (found.rotation !== 'never') details['rotation'] = found.rotation;
  if (found.expiry !== null) details['expiry'] = found.expiry;
  if (found.rotates !== null) details['rotates'] = found.rotates;
  if (found.access.length > 0) details['access'] = found.access;
  return print(call, parsed, { [found.id]: details }, 'yaml');
};

const secretIds: Command = async (call) => {
  const parsed = parseFormatted(call.args, {});
  limitArguments(parsed.positional, 0);
  const { secrets } = await call.context.agent.link.request('secret.owned', {});
  const ids = secrets.map((secret) => secret.id).sort();
  return print(call, parsed, ids.length === 0 ? null : ids);
};

const relationFlags = {
  relation: 'value',
  r: { same: 'relation' },
  unit: 'value',
  app: 'value',
  application: { same: 'app' },
} as const;

const secretGrant: Command = async (call) => {
  const parsed = parseFlags(call.args, relationFlags);
  const [text] = parsed.positional;
  if (text === undefined) throw usage('missing secret URI');
  const uri = normalUri(text);
  const relation = chosenRelation(call.context, parsed.values['relation']);
  const unit = parsed.values['unit'] ?? null;
  if (unit !== null && !unit.startsWith(`${relation.remoteApp}/`)) {
    throw usage(`unit "${unit}" is not a unit of application "${relation.remoteApp}"`);
  }
  await requireOwnership(call.context, uri);
  call.context.pending.secretGrants.push({ uri, relationId: relation.id, unit });
  return '';
};

const secretRevoke: Command = async (call) => {
  const parsed = parseFlags(call.args, relationFlags);
  const [text] = parsed.positional;
  if (text === undefined) throw usage('missing secret URI');
  const {
    relation,
    app = null,
    unit = null,
  } = parsed.values as { relation?: string; app?: string; unit?: string };
  if (relation === undefined && app === null && unit === null)
    throw usage('missing relation or application or unit');
  const uri = normalUri(text);
  const relationId = relation === undefined ? null : chosenRelation(call.context, relation).id;
  await requireOwnership(call.context, uri);
  call.context.pending.secretRevokes.push({ uri, relationId, app, unit });
  return '';
};

const secretRemove: Command = async (call) => {
  const parsed = parseFlags(call.args, { revision: 'value' });
  const [text] = parsed.positional;
  if (text === undefined) throw usage('missing secret URI');
  const uri = normalUri(text);
  const number = parsed.values['revision'];
  if (number !== undefined && !/^\d+$/.test(number))
    throw usage(`invalid value "${number}" for option --revision`);
  await requireOwnership(call.context, uri);
  const { pending } = call.context;
  pending.secretCreates = pending.secretCreates.filter((each) => each.uri !== uri);
  pending.secretRemoves.push({ uri, revision: number === undefined ? null : Number(number) });
  return '';
};

/** From 3.0 on. */
export const secretCommands: Record<string, Command> = {
  'secret-add': secretAdd,
  'secret-set': secretSet,
  'secret-get': secretGet,
  'secret-info-get': secretInfoGet,
  'secret-ids': secretIds,
  'secret-grant': secretGrant,
  'secret-revoke': secretRevoke,
  'secret-remove': secretRemove,
};
