import type { Agent } from './agent.ts';
import type { Uniter } from './hook-context.ts';
import { noteHook } from './hook-effects.ts';
import { makeHook } from './hooks.ts';
import { leaveMachine } from './leave-machine.ts';
import { nextOperation, type Operation, type Triggers } from './resolver.ts';
import { runCommands } from './run-commands.ts';
import { runHook } from './run-hook.ts';
import { endInterruptedTask, runTask } from './run-task.ts';
import type { Timers } from './timers.ts';
import { unpackCharm } from './unpack-charm.ts';

/**
 * One operation after the other, for as long as the unit lives; `untilWoken` pauses until there may be
 * something new.
 */
export async function runLoop(
  agent: Uniter,
  timers: Timers,
  untilWoken: () => Promise<void>,
): Promise<never> {
  let reportedIdle = -1;
  for (;;) {
    if (!agent.link.isUp()) {
      reportedIdle = -1;
      await untilWoken();
      continue;
    }
    const operation = nextOperation(agent.snapshot, agent.local, triggersOf(agent, timers));
    try {
      if (operation !== null) {
        reportedIdle = -1;
        await execute(agent, timers, operation);
      } else {
        const { version } = agent.snapshot;
        if (agent.local.hook !== null) await reportError(agent, timers);
        else if (reportedIdle !== version) await agent.link.request('idle', { version });
        reportedIdle = version;
        await untilWoken();
      }
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      agent.log('WARNING', 'juju.worker.uniter', `${operation?.kind ?? 'idle'}: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function triggersOf(agent: Agent, timers: Timers): Triggers {
  return {
    commandsWaiting: agent.commands.length > 0,
    retryDue: timers.retryDue(),
    updateStatusDue: timers.updateStatusDue(),
  };
}

/**
 * After a restart of the agent a hook that was under way counts as failed; the controller has to hear of it.
 */
async function reportError(agent: Agent, timers: Timers): Promise<void> {
  const info = agent.local.hook;
  if (info === null) return;
  const data: Record<string, unknown> = { hook: info.name };
  if (info.relationId !== null) data['relation-id'] = info.relationId;
  if (info.remoteUnit !== null) data['remote-unit'] = info.remoteUnit;
  await agent.link.request('agent-status.set', {
    status: 'error',
    message: `hook failed: "${info.name}"`,
    data,
  });
  timers.hookFailed();
}

async function execute(agent: Uniter, timers: Timers, operation: Operation): Promise<void> {
  const { local } = agent;
  switch (operation.kind) {
    case 'unpack-charm':
      unpackCharm(agent, operation.upgrade, operation.runHook);
      timers.codeReplaced();
      return;
    case 'hook':
      local.resolvedCount = agent.snapshot.resolved.count;
      timers.retryTaken();
      if (operation.hook.kind === 'update-status') timers.updateStatusTaken();
      if ((await runHook(agent, operation.hook)) === 'failed') timers.hookFailed();
      else if (local.hook === null) timers.hookSucceeded();
      return;
    case 'skip-hook':
      local.resolvedCount = agent.snapshot.resolved.count;
      noteHook(local, operation.hook, agent.snapshot);
      timers.hookSucceeded();
      agent.save();
      if (operation.hook.kind === 'relation-broken' && operation.hook.relationId !== null) {
        await agent.link.request('scope.leave', { relationId: operation.hook.relationId });
      }
      return;
    case 'accept-leadership':
      local.leader = true;
      local.leaderSettingsVersion = agent.snapshot.leaderSettingsVersion;
      local.queue.push(makeHook('leader-elected'));
      agent.save();
      return;
    case 'resign-leadership':
      local.leader = false;
      agent.save();
      return;
    case 'task':
      await runTask(agent, operation.id);
      return;
    case 'interrupted-task':
      await endInterruptedTask(agent, operation.id);
      return;
    case 'commands':
      await runCommands(agent);
      return;
    case 'storage-detached':
      await agent.link.request('storage.detached', { id: operation.id });
      return;
    case 'leave-scope':
      await agent.link.request('scope.leave', { relationId: operation.relationId });
      delete local.relations[String(operation.relationId)];
      agent.save();
      return;
    case 'die':
      await agent.link.request('unit.dead', {});
      leaveMachine(agent.paths.home);
  }
}
