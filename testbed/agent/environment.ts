import type { HookInfo, UnitSnapshot } from '../protocol/agent-methods.ts';
import type { Focus } from './hook-context.ts';

export interface EnvironmentFacts {
  snapshot: UnitSnapshot;
  contextId: string;
  charmFolder: string;
  toolsFolder: string;
  socket: string;
  apiAddress: string;
  agentPath: string;
  hook: HookInfo | null;
  task: { id: string; name: string } | null;
  focus: Focus | null;
  storage: { location: string; kind: string } | null;
  endpointOf(relationId: number): string;
}

/** The whole environment of a hook, an action or a juju-exec script; nothing of the agent's own is in it. */
export function hookEnvironment(facts: EnvironmentFacts): Record<string, string> {
  const { snapshot, hook, task } = facts;
  return {
    ...modelVariables(facts),
    ...proxyVariables(snapshot),
    ...(hook === null && task === null ? {} : dispatchPath(hook, task)),
    JUJU_HOOK_NAME: hook?.name ?? '',
    ...(facts.focus === null ? {} : relationVariables(facts, facts.focus)),
    ...(hook?.kind === 'relation-departed' ? { JUJU_DEPARTING_UNIT: hook.departingUnit ?? '' } : {}),
    ...(hook?.storageId == null ? {} : storageVariables(hook.storageId, facts.storage)),
    ...(hook?.secretUri == null ? {} : secretVariables(hook)),
    ...(task === null
      ? {}
      : { JUJU_ACTION_NAME: task.name, JUJU_ACTION_UUID: task.id, JUJU_ACTION_TAG: `action-${task.id}` }),
    APT_LISTCHANGES_FRONTEND: 'none',
    DEBIAN_FRONTEND: 'noninteractive',
    LANG: 'C.UTF-8',
    TERM: 'tmux-256color',
    PATH: `${facts.toolsFolder}:${facts.agentPath}`,
  };
}

function modelVariables(facts: EnvironmentFacts): Record<string, string> {
  const { snapshot } = facts;
  return {
    JUJU_UNIT_NAME: snapshot.unit,
    JUJU_CHARM_DIR: facts.charmFolder,
    CHARM_DIR: facts.charmFolder,
    JUJU_CONTEXT_ID: facts.contextId,
    JUJU_AGENT_SOCKET_NETWORK: 'unix',
    JUJU_AGENT_SOCKET_ADDRESS: facts.socket,
    JUJU_MODEL_NAME: snapshot.model.name,
    JUJU_MODEL_UUID: snapshot.model.uuid,
    JUJU_API_ADDRESSES: facts.apiAddress,
    JUJU_MACHINE_ID: snapshot.machine.id,
    JUJU_PRINCIPAL_UNIT: snapshot.principal,
    JUJU_AVAILABILITY_ZONE: '',
    JUJU_VERSION: snapshot.agentVersion,
    CLOUD_API_VERSION: '',
    // Up to 3.x; not verified.
    ...(snapshot.juju === '4.0'
      ? {}
      : { JUJU_SLA: 'unsupported', JUJU_METER_STATUS: '', JUJU_METER_INFO: '' }),
  };
}

function proxyVariables(snapshot: UnitSnapshot): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const kind of ['http', 'https', 'ftp', 'no']) {
    const suffix = kind === 'no' ? 'no_proxy' : `${kind}_proxy`;
    const juju = String(snapshot.model.config[`juju-${kind}-proxy`] ?? '');
    variables[`JUJU_CHARM_${suffix.toUpperCase()}`] = juju;
    const legacy = kind === 'no' ? '' : String(snapshot.model.config[`${kind}-proxy`] ?? '');
    if (legacy === '') continue;
    variables[suffix] = legacy;
    variables[suffix.toUpperCase()] = legacy;
  }
  return variables;
}

function dispatchPath(hook: HookInfo | null, task: { name: string } | null): Record<string, string> {
  return { JUJU_DISPATCH_PATH: task === null ? `hooks/${hook?.name ?? ''}` : `actions/${task.name}` };
}

function relationVariables(facts: EnvironmentFacts, focus: Focus): Record<string, string> {
  const endpoint = facts.endpointOf(focus.relationId);
  return {
    JUJU_RELATION: endpoint,
    JUJU_RELATION_ID: `${endpoint}:${focus.relationId}`,
    JUJU_REMOTE_UNIT: focus.remoteUnit ?? '',
    JUJU_REMOTE_APP: focus.remoteApp ?? '',
  };
}

function storageVariables(
  id: string,
  storage: { location: string; kind: string } | null,
): Record<string, string> {
  return {
    JUJU_STORAGE_ID: id,
    JUJU_STORAGE_LOCATION: storage?.location ?? '',
    JUJU_STORAGE_KIND: storage?.kind ?? '',
  };
}

function secretVariables(hook: HookInfo): Record<string, string> {
  const told = hook.kind === 'secret-expired' || hook.kind === 'secret-remove';
  return {
    JUJU_SECRET_ID: hook.secretUri ?? '',
    JUJU_SECRET_LABEL: hook.secretLabel ?? '',
    ...(told && (hook.secretRevision ?? 0) > 0 ? { JUJU_SECRET_REVISION: String(hook.secretRevision) } : {}),
  };
}
