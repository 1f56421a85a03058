import { hookEnvironment } from './environment.ts';
import type { HookContext } from './hook-context.ts';

/** The environment of what runs in this context. */
export function environmentOf(context: HookContext): Record<string, string> {
  const { agent, snapshot, hook, task } = context;
  const storage = snapshot.storage.find((each) => each.id === hook?.storageId) ?? null;
  // The command of `juju exec` is queued like an action, but is none to the script.
  const isAction = task !== null && task.name !== 'juju-exec' && task.name !== 'juju-run';
  const environment = hookEnvironment({
    snapshot,
    contextId: context.id,
    charmFolder: agent.paths.charm,
    toolsFolder: agent.paths.tools,
    socket: agent.paths.toolSocket,
    apiAddress: `${agent.settings.host}:${agent.settings.port}`,
    agentPath: process.env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    hook,
    task: isAction ? task : null,
    focus: context.focus,
    storage,
    endpointOf: (id) => context.relations.get(id)?.endpoint ?? '',
  });
  return environment;
}
