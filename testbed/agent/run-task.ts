import type { TaskStart } from '../protocol/agent-methods.ts';
import type { Agent } from './agent.ts';
import { type HookContext, makeContext, type RunningTask, type Uniter } from './hook-context.ts';
import { describeEnd, findProgram, type ProcessEnd, runProcess } from './hook-process.ts';
import { environmentOf } from './process-environment.ts';
import { commit, recordRun } from './run-hook.ts';

type End = { status: 'completed' | 'failed' | 'error' | 'aborted'; message: string };

/**
 * Runs an action, or a command of `juju exec`, and tells the controller how it ended. It never puts the unit
 * in error.
 */
export async function runTask(agent: Uniter, id: string): Promise<void> {
  // Noted before it is begun: an agent that ends between the two then fails the task and does not run it again.
  agent.local.task = id;
  agent.save();
  const start = await agent.link.request('task.begin', { id });
  const task: RunningTask = {
    id,
    name: start.name,
    parameters: start.parameters,
    results: {},
    failed: false,
    message: '',
  };
  let end: End;
  if (start.invalid === null) {
    const release = start.parallel ? () => undefined : await agent.lock.acquire();
    try {
      end = await runLocked(agent, task, start);
    } finally {
      agent.running = null;
      release();
    }
  } else end = { status: 'error', message: start.invalid };
  agent.local.task = null;
  agent.save();
  await agent.link.request('task.finish', { id, ...end, results: task.results });
}

async function runLocked(agent: Uniter, task: RunningTask, start: TaskStart): Promise<End> {
  const message = start.kind === 'exec' ? 'running commands' : `running action ${start.name}`;
  if (agent.local.hook === null) {
    await agent.link.request('agent-status.set', { status: 'executing', message, data: {} });
  }
  const context = await makeContext(agent, { name: start.name, task });
  agent.running = context;
  if (isCancelled(agent, task.id)) context.kill('SIGKILL');
  const program = start.kind === 'exec' ? '/bin/bash' : findProgram(agent.paths.charm, 'actions', start.name);
  if (program === null)
    return { status: 'failed', message: `action not implemented on unit "${agent.snapshot.unit}"` };
  const startedAt = new Date().toISOString();
  const beganMs = performance.now();
  const end = await runCaptured(context, task, program, start);
  agent.running = null;
  const result = await finish(context, task, end);
  const error = result.status === 'completed' ? null : result.message;
  const name = start.kind === 'exec' ? 'juju-exec' : `action:${start.name}`;
  await recordRun(context, {
    name,
    hook: null,
    end,
    error,
    startedAt,
    durationMs: performance.now() - beganMs,
  });
  return result;
}

async function runCaptured(
  context: HookContext,
  task: RunningTask,
  program: string,
  start: TaskStart,
): Promise<ProcessEnd> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const end = await runProcess(context, {
    argv: start.kind === 'exec' ? [program, '-s'] : [program],
    cwd: context.agent.paths.charm,
    env: environmentOf(context),
    ...(start.kind === 'exec' ? { input: start.command } : {}),
    onOut: (chunk) => out.push(chunk),
    onErr: (chunk) => err.push(chunk),
  });
  putOutput(task.results, 'stdout', Buffer.concat(out));
  putOutput(task.results, 'stderr', Buffer.concat(err));
  if (end.exitCode !== null) task.results['return-code'] = end.exitCode;
  return end;
}

/** Text as it is; anything else in base 64. */
function putOutput(results: Record<string, unknown>, key: 'stdout' | 'stderr', bytes: Buffer): void {
  if (bytes.length === 0) return;
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) {
    results[key] = text;
    return;
  }
  results[key] = bytes.toString('base64');
  results[`${key}-encoding`] = 'base64';
}

async function finish(context: HookContext, task: RunningTask, end: ProcessEnd): Promise<End> {
  if (isCancelled(context.agent, task.id) && end.signal !== null)
    return { status: 'aborted', message: 'action aborted' };
  if (end.exitCode !== 0) {
    return { status: 'failed', message: task.failed ? task.message : describeEnd(end) };
  }
  const refused = await commit(context);
  if (refused !== null) return { status: 'failed', message: 'committing requested changes failed' };
  return task.failed ? { status: 'failed', message: task.message } : { status: 'completed', message: '' };
}

function isCancelled(agent: Agent, id: string): boolean {
  return agent.snapshot.tasks.some((each) => each.id === id && each.cancelled);
}

/** A task that was under way when the agent ended, or was cancelled before it began. Never run again. */
export async function endInterruptedTask(agent: Agent, id: string): Promise<void> {
  const end: End = isCancelled(agent, id)
    ? { status: 'aborted', message: 'action aborted' }
    : { status: 'failed', message: 'action terminated' };
  await agent.link.request('task.finish', { id, ...end, results: {} });
  agent.local.task = null;
  agent.save();
}
