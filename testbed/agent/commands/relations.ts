import type { BagContent } from '../../protocol/agent-methods.ts';
import { applicationOf } from '../../protocol/names.ts';
import type { ContextRelation, HookContext } from '../hook-context.ts';
import { type Call, type Command, Refusal, usage } from './command.ts';
import { limitArguments, parseFlags } from './flags.ts';
import { keyValuesOf } from './key-values.ts';
import { leads } from './leader-check.ts';
import { parseFormatted, print } from './output.ts';
import { chosenRelation } from './relation-choice.ts';

const relationFlag = { relation: 'value', r: { same: 'relation' } } as const;

const relationIds: Command = async (call) => {
  const parsed = parseFormatted(call.args, {});
  limitArguments(parsed.positional, 1);
  const { context } = call;
  const own = context.focus === null ? undefined : context.relations.get(context.focus.relationId)?.endpoint;
  const endpoint = parsed.positional[0] ?? own;
  if (endpoint === undefined) throw usage('no endpoint name specified');
  const ids = [...context.relations.values()]
    .filter((relation) => relation.endpoint === endpoint && relation.listed)
    .map((relation) => `${relation.endpoint}:${relation.id}`);
  return print(call, parsed, ids.sort());
};

const relationList: Command = async (call) => {
  const parsed = parseFormatted(call.args, { ...relationFlag, app: 'switch' });
  limitArguments(parsed.positional, 0);
  const relation = chosenRelation(call.context, parsed.values['relation']);
  return print(call, parsed, parsed.switches['app'] === true ? relation.remoteApp : relation.members);
};

const relationGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, { ...relationFlag, app: 'switch' });
  const relation = chosenRelation(call.context, parsed.values['relation']);
  limitArguments(parsed.positional, 2);
  const [key = '', target] = parsed.positional;
  const of = readTarget(call.context, relation, target, parsed.switches['app'] === true);
  const settings = await readSettings(call.context, relation, of);
  return print(call, parsed, key === '' || key === '-' ? settings : (settings[key] ?? null));
};

/** Bag that a relation-get reads: a unit's or an application's. */
function readTarget(
  context: HookContext,
  relation: ContextRelation,
  target: string | undefined,
  app: boolean,
): string {
  const { focus } = context;
  const focused = focus?.relationId === relation.id ? focus : null;
  if (target !== undefined) {
    if (app) return target.includes('/') ? applicationOf(target) : target;
    if (!target.includes('/')) throw usage(`expected unit name, got application name "${target}"`);
    return target;
  }
  if (!app && focused?.remoteUnit != null) return focused.remoteUnit;
  const application = focused?.remoteApp ?? (app ? relation.remoteApp : null);
  if (application === null || application === undefined || application === '') {
    throw usage('no unit or application specified');
  }
  return application;
}

/**
 * The content as this run may see it: own writes included, members from the agent's cache, the rest once per
 * run.
 */
async function readSettings(
  context: HookContext,
  relation: ContextRelation,
  of: string,
): Promise<BagContent> {
  const { agent } = context;
  const fetch = async (): Promise<BagContent> => {
    try {
      return (await agent.link.request('bag.read', { relationId: relation.id, of })).settings;
    } catch (error) {
      throw new Refusal(1, error instanceof Error ? error.message : String(error));
    }
  };
  const once = async (store: Map<string, BagContent>): Promise<BagContent> => {
    const name = `${relation.id} ${of}`;
    const known = store.get(name) ?? (await fetch());
    store.set(name, known);
    return known;
  };
  if (of === context.snapshot.unit) return merged(await once(context.ownBags), relation.unitChanges);
  const ownApplication = applicationOf(context.snapshot.unit);
  if (of === ownApplication && (await leads(context)))
    return merged(await once(context.ownBags), relation.appChanges);
  if (relation.members.includes(of)) return agent.bags.read(relation.id, of, fetch);
  return once(context.fetched);
}

function merged(settings: BagContent, changes: Record<string, string | null>): BagContent {
  const result = { ...settings };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete result[key];
    else result[key] = value;
  }
  return result;
}

const relationSet: Command = async (call) => {
  const parsed = parseFlags(call.args, { ...relationFlag, app: 'switch', file: 'value', format: 'value' });
  const relation = chosenRelation(call.context, parsed.values['relation']);
  const values = await keyValuesOf(call, parsed.positional, parsed.values['file']);
  const app = parsed.switches['app'] === true;
  if (app && !(await leads(call.context))) throw new Refusal(1, 'cannot write relation settings');
  const changes = app ? relation.appChanges : relation.unitChanges;
  for (const [key, value] of Object.entries(values)) changes[key] = value === '' ? null : value;
  return '';
};

const relationModelGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, relationFlag);
  const relation = chosenRelation(call.context, parsed.values['relation']);
  return print(call, parsed, { uuid: relation.remoteModelUuid });
};

const goalState: Command = async (call: Call) => {
  const parsed = parseFormatted(call.args, {}, ['yaml', 'json']);
  limitArguments(parsed.positional, 0);
  return print(call, parsed, await call.context.agent.link.request('goal-state', {}), 'yaml');
};

export const relationCommands: Record<string, Command> = {
  'relation-ids': relationIds,
  'relation-list': relationList,
  'relation-get': relationGet,
  'relation-set': relationSet,
  'relation-model-get': relationModelGet,
  'goal-state': goalState,
};
