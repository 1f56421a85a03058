import { randomBytes } from 'node:crypto';
import type {
  BagContent,
  CommitRequest,
  HookFacts,
  HookInfo,
  RelationSnapshot,
  UnitSnapshot,
} from '../protocol/agent-methods.ts';
import type { Agent } from './agent.ts';
import type { LocalRelation } from './local-state.ts';

/** A relation as one hook sees it from its start to its end. */
export interface ContextRelation {
  id: number;
  endpoint: string;
  peer: boolean;
  remoteApp: string;
  remoteModelUuid: string;
  /** Remote units the charm was told of, sorted as text. */
  members: string[];
  /** Shown by relation-ids. */
  listed: boolean;
  unitChanges: Record<string, string | null>;
  appChanges: Record<string, string | null>;
}

/** Relation of a relation hook, or of juju-exec with -r. */
export interface Focus {
  relationId: number;
  remoteUnit: string | null;
  remoteApp: string | null;
}

export interface RunningTask {
  id: string;
  name: string;
  parameters: Record<string, unknown>;
  results: Record<string, unknown>;
  failed: boolean;
  message: string;
}

type Pending = Omit<CommitRequest, 'hook' | 'relations'>;

/** All that hook commands of one run share; dies with the process it belongs to. */
export interface HookContext {
  id: string;
  agent: Agent;
  snapshot: UnitSnapshot;
  facts: HookFacts;
  /** Hook name, action name or `juju-exec`, as logs call it. */
  name: string;
  hook: HookInfo | null;
  task: RunningTask | null;
  focus: Focus | null;
  relations: Map<number, ContextRelation>;
  /** Bags fetched once for this run: applications, and units that are no members. */
  fetched: Map<string, BagContent>;
  ownBags: Map<string, BagContent>;
  pending: Pending;
  commandCounts: Record<string, number>;
  /** Once told that it does not lead, the run is told so until its end. */
  leadershipDenied: boolean;
  reboot: 'no' | 'after' | 'now';
  /** Kills what runs in this context; when nothing runs yet, as soon as it does. */
  kill: (signal: NodeJS.Signals) => void;
  killWanted: NodeJS.Signals | null;
  charmStatus: { status: string; message: string } | null;
}

/** An agent with the run it is in. */
export interface Uniter extends Agent {
  /** Hook commands are answered for this run only. */
  running: HookContext | null;
}

/** Names a context as Juju does: unit, what runs, something random. */
export function contextId(unit: string, name: string, juju: UnitSnapshot['juju']): string {
  const random =
    juju === '2.9' ? String(BigInt(`0x${randomBytes(8).toString('hex')}`)) : randomBytes(16).toString('hex');
  return `${unit}-${name}-${random}`;
}

export async function makeContext(
  agent: Agent,
  what: { name: string; hook?: HookInfo; task?: RunningTask; focus?: Focus | null },
): Promise<HookContext> {
  const { snapshot } = agent;
  const hook = what.hook ?? null;
  const facts = await agent.link.request('hook.facts', {});
  const focus =
    hook?.relationId == null
      ? (what.focus ?? null)
      : { relationId: hook.relationId, remoteUnit: hook.remoteUnit, remoteApp: hook.remoteApp };
  const context: HookContext = {
    id: contextId(snapshot.unit, what.name, snapshot.juju),
    agent,
    snapshot,
    facts,
    name: what.name,
    hook,
    task: what.task ?? null,
    focus,
    relations: contextRelations(agent, hook),
    fetched: new Map(),
    ownBags: new Map(),
    pending: emptyChanges(),
    commandCounts: {},
    leadershipDenied: false,
    reboot: 'no',
    kill: (signal) => {
      context.killWanted = signal;
    },
    killWanted: null,
    charmStatus: null,
  };
  return context;
}

function emptyChanges(): Pending {
  return {
    ports: [],
    state: {},
    storageAdds: [],
    secretCreates: [],
    secretUpdates: [],
    secretRemoves: [],
    secretGrants: [],
    secretRevokes: [],
  };
}

function contextRelations(agent: Agent, hook: HookInfo | null): Map<number, ContextRelation> {
  const relations = new Map<number, ContextRelation>();
  const known = new Map(agent.snapshot.relations.map((relation) => [relation.id, relation]));
  for (const [text, own] of Object.entries(agent.local.relations)) {
    const id = Number(text);
    const members = membersDuring(id, own, hook);
    agent.bags.prune(id, members);
    relations.set(id, contextRelation(id, own, known.get(id), members, agent.snapshot));
  }
  return relations;
}

/** A unit counts from its -joined on; in its -departed it is gone already. */
function membersDuring(id: number, own: LocalRelation, hook: HookInfo | null): string[] {
  const members = new Set(Object.keys(own.members));
  if (hook?.relationId === id && hook.remoteUnit !== null) {
    if (hook.kind === 'relation-joined') members.add(hook.remoteUnit);
    if (hook.kind === 'relation-departed') members.delete(hook.remoteUnit);
  }
  return [...members].sort();
}

function contextRelation(
  id: number,
  own: LocalRelation,
  known: RelationSnapshot | undefined,
  members: string[],
  snapshot: UnitSnapshot,
): ContextRelation {
  const alive = known !== undefined && (known.life === 'alive' || snapshot.juju === '2.9');
  return {
    id,
    endpoint: own.endpoint,
    peer: own.peer,
    remoteApp: own.remoteApp,
    remoteModelUuid: known?.remoteModelUuid ?? snapshot.model.uuid,
    members,
    listed: alive,
    unitChanges: {},
    appChanges: {},
  };
}

/** Everything the run wants changed, as one request. */
export function commitRequest(context: HookContext): CommitRequest {
  const relations = [...context.relations.values()]
    .filter(({ unitChanges, appChanges }) => Object.keys({ ...unitChanges, ...appChanges }).length > 0)
    .map(({ id, unitChanges, appChanges }) => ({ relationId: id, unit: unitChanges, app: appChanges }));
  return { hook: context.hook, relations, ...context.pending };
}
