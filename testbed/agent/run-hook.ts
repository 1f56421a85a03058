import { join } from 'node:path';
import type { HookRecord } from '../protocol/admin.ts';
import type { HookInfo } from '../protocol/agent-methods.ts';
import type { Agent } from './agent.ts';
import { commitRequest, type HookContext, makeContext, type Uniter } from './hook-context.ts';
import { isSame, noteHook } from './hook-effects.ts';
import { describeEnd, findProgram, lineSplitter, type ProcessEnd, runProcess } from './hook-process.ts';
import { environmentOf } from './process-environment.ts';

export type HookOutcome = 'done' | 'failed' | 'reboot';

/**
 * Runs one hook to its end: lock, process, commit, note. `failed` when the program or the commit failed;
 * `reboot` when the machine is about to go down.
 */
export async function runHook(agent: Uniter, hook: HookInfo): Promise<HookOutcome> {
  const release = await agent.lock.acquire();
  try {
    const queued = isSame(agent.local.queue[0], hook);
    if (hook.kind === 'leader-elected' && queued && agent.snapshot.leader !== agent.snapshot.unit) {
      // Leadership has moved on since the hook was queued.
      agent.local.queue.shift();
      agent.local.leader = false;
      agent.save();
      return 'done';
    }
    return await runLocked(agent, hook);
  } finally {
    agent.running = null;
    release();
  }
}

async function runLocked(agent: Uniter, hook: HookInfo): Promise<HookOutcome> {
  await prepare(agent, hook);
  const context = await makeContext(agent, { name: hook.name, hook });
  agent.local.hook = hook;
  agent.save();
  agent.running = context;
  const startedAt = new Date().toISOString();
  const beganMs = performance.now();
  const end = await runProgram(context, hook);
  agent.running = null;
  const error = end === null || succeeded(end) ? await commit(context) : describeEnd(end);
  const rebootNow = context.reboot === 'now';
  await record(context, hook, { end, error, startedAt, durationMs: performance.now() - beganMs });
  if (rebootNow) {
    // The same hook runs again from its start after the boot.
    agent.local.hook = null;
    if (!isSame(agent.local.queue[0], hook)) agent.local.queue.unshift(hook);
    agent.save();
    return reboot(agent);
  }
  if (error !== null) {
    await fail(agent, hook, error);
    return 'failed';
  }
  noteHook(agent.local, hook, context.snapshot);
  agent.save();
  await afterwards(agent, hook, context);
  return context.reboot === 'after' ? reboot(agent) : 'done';
}

function succeeded(end: ProcessEnd): boolean {
  return end.exitCode === 0 && end.failure === null;
}

async function prepare(agent: Agent, hook: HookInfo): Promise<void> {
  if (hook.kind !== 'update-status') {
    const about = hook.remoteUnit === null ? '' : ` for ${hook.remoteUnit}`;
    const message = `running ${hook.name} hook${about}`;
    await agent.link.request('agent-status.set', { status: 'executing', message, data: {} });
  }
  const said: Record<string, string> = {
    install: agent.local.statusSet ? '' : 'installing charm software',
    stop: 'stopping charm software',
    remove: 'cleaning up prior to charm deletion',
  };
  const message = said[hook.kind] ?? '';
  if (message !== '') {
    await agent.link.request('status.set', { application: false, status: 'maintenance', message });
  }
  if (hook.kind === 'relation-created' && hook.relationId !== null) await enter(agent, hook, hook.relationId);
  if (hook.relationId !== null && hook.remoteUnit !== null && /joined|changed/.test(hook.kind)) {
    agent.bags.invalidate(hook.relationId, hook.remoteUnit);
  }
}

async function enter(agent: Agent, hook: HookInfo, relationId: number): Promise<void> {
  const relation = agent.snapshot.relations.find((each) => each.id === relationId);
  if (relation === undefined || agent.local.relations[String(relationId)] !== undefined) return;
  await agent.link.request('scope.enter', { relationId });
  agent.local.relations[String(relationId)] = {
    endpoint: relation.endpoint,
    peer: relation.peer,
    remoteApp: hook.remoteApp ?? relation.remoteApp,
    members: {},
    changedPending: null,
    appVersion: 0,
  };
}

/** null when the charm has nothing for this hook, which counts as success. */
async function runProgram(context: HookContext, hook: HookInfo): Promise<ProcessEnd | null> {
  const { agent, snapshot } = context;
  const program = findProgram(agent.paths.charm, 'hooks', hook.name);
  if (program === null) {
    agent.log('INFO', 'juju.worker.uniter.operation', `skipped "${hook.name}" hook (missing)`);
    return null;
  }
  const module = `unit.${snapshot.unit}.${hook.name}`;
  const out = lineSplitter((line) => {
    agent.log('DEBUG', module, line);
  });
  const err = lineSplitter((line) => {
    agent.log(snapshot.juju === '2.9' ? 'DEBUG' : 'WARNING', module, line);
  });
  const end = await runProcess(context, {
    argv: [program],
    cwd: agent.paths.charm,
    env: environmentOf(context),
    onOut: out.write,
    onErr: err.write,
  });
  out.flush();
  err.flush();
  const how =
    program === join(agent.paths.charm, 'dispatch')
      ? 'hook dispatching script: dispatch'
      : 'explicit, bespoke hook script';
  if (succeeded(end))
    agent.log('INFO', 'juju.worker.uniter.operation', `ran "${hook.name}" hook (via ${how})`);
  else
    agent.log(
      'ERROR',
      'juju.worker.uniter.operation',
      `hook "${hook.name}" (via ${how}) failed: ${describeEnd(end)}`,
    );
  return end;
}

/** The controller's refusal, or null. Versions of bags the unit wrote itself count as delivered. */
export async function commit(context: HookContext): Promise<string | null> {
  const { agent } = context;
  try {
    const { appVersions } = await agent.link.request('commit', commitRequest(context));
    for (const [id, version] of Object.entries(appVersions)) {
      const own = agent.local.relations[id];
      if (own?.peer === true) own.appVersion = version;
    }
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    agent.log('ERROR', 'juju.worker.uniter.context', `cannot apply changes: ${reason}`);
    return reason;
  }
}

async function fail(agent: Agent, hook: HookInfo, error: string): Promise<void> {
  agent.log('ERROR', 'juju.worker.uniter', `hook "${hook.name}" failed: ${error}`);
  const data: Record<string, unknown> = { hook: hook.name };
  if (hook.relationId !== null) data['relation-id'] = hook.relationId;
  if (hook.remoteUnit !== null) data['remote-unit'] = hook.remoteUnit;
  const message = `hook failed: "${hook.name}"`;
  // Out of reach: the agent says it again when the connection is back.
  await agent.link.request('agent-status.set', { status: 'error', message, data }).catch(() => undefined);
}

async function afterwards(agent: Agent, hook: HookInfo, context: HookContext): Promise<void> {
  const workload = (status: string, message: string): Promise<unknown> =>
    agent.link.request('status.set', { application: false, status, message });
  try {
    if (hook.kind === 'start' && !agent.local.statusSet) await workload('unknown', '');
    if (hook.kind === 'remove') await workload('terminated', '');
    if (hook.kind === 'relation-broken' && hook.relationId !== null) {
      await agent.link.request('scope.leave', { relationId: hook.relationId });
    }
    if (hook.kind === 'storage-detaching' && hook.storageId !== null) {
      await agent.link.request('storage.detached', { id: hook.storageId });
    }
    if (hook.kind === 'secret-rotate' && hook.secretUri !== null) {
      await agent.link.request('secret.told', { kind: 'rotate', uri: hook.secretUri });
    }
    const repeat = context.snapshot.repeats.find((each) => each.id === agent.local.repeated);
    if (repeat !== undefined) await agent.link.request('fault.used', { id: String(repeat.id) });
  } catch (error) {
    agent.log(
      'WARNING',
      'juju.worker.uniter',
      `after ${hook.name}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function reboot(agent: Agent): Promise<HookOutcome> {
  await agent.link.request('machine.reboot', {});
  return 'reboot';
}

async function record(
  context: HookContext,
  hook: HookInfo,
  run: { end: ProcessEnd | null; error: string | null; startedAt: string; durationMs: number },
): Promise<void> {
  if (run.end === null) return;
  await recordRun(context, { ...run, end: run.end, name: hook.name, hook });
}

/** Tells the controller what has run, for its history. */
export async function recordRun(
  context: HookContext,
  run: {
    name: string;
    hook: HookInfo | null;
    end: ProcessEnd;
    error: string | null;
    startedAt: string;
    durationMs: number;
  },
): Promise<void> {
  const entry: HookRecord = {
    hook: run.name,
    relationId: run.hook?.relationId ?? null,
    remoteUnit: run.hook?.remoteUnit ?? null,
    remoteApp: run.hook?.remoteApp ?? null,
    departingUnit: run.hook?.departingUnit ?? null,
    storageId: run.hook?.storageId ?? null,
    exitCode: run.end.exitCode,
    signal: run.end.signal,
    error: run.error,
    startedAt: run.startedAt,
    durationMs: Math.round(run.durationMs * 10) / 10,
    commands: context.commandCounts,
  };
  await context.agent.link.request('hook.record', entry).catch(() => undefined);
}
