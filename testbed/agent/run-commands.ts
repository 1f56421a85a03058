import type { Agent } from './agent.ts';
import type { CommandRequest } from './commands-queue.ts';
import { type Focus, makeContext, type Uniter } from './hook-context.ts';
import { runProcess } from './hook-process.ts';
import { environmentOf } from './process-environment.ts';
import { commit, recordRun } from './run-hook.ts';

/** Runs the scripts that juju-exec calls wait for, one after the other. */
export async function runCommands(agent: Uniter): Promise<void> {
  for (let request = agent.commands.shift(); request !== undefined; request = agent.commands.shift()) {
    const release = await agent.lock.acquire();
    try {
      await runScript(agent, request);
    } catch (error) {
      request.answer(1, '', `ERROR ${error instanceof Error ? error.message : String(error)}\n`);
    } finally {
      agent.running = null;
      release();
    }
  }
}

async function runScript(agent: Uniter, request: CommandRequest): Promise<void> {
  const focus = findFocus(agent, request);
  if (agent.local.hook === null) {
    await agent.link.request('agent-status.set', {
      status: 'executing',
      message: 'running commands',
      data: {},
    });
  }
  const context = await makeContext(agent, { name: 'run-commands', focus });
  agent.running = context;
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const startedAt = new Date().toISOString();
  const beganMs = performance.now();
  const end = await runProcess(context, {
    argv: ['/bin/bash', '-s'],
    cwd: agent.paths.charm,
    env: environmentOf(context),
    input: request.script,
    onOut: (chunk) => out.push(chunk),
    onErr: (chunk) => err.push(chunk),
  });
  agent.running = null;
  // Not verified: a script that fails has its changes committed all the same.
  const error = await commit(context);
  await recordRun(context, {
    name: 'juju-exec',
    hook: null,
    end,
    error,
    startedAt,
    durationMs: performance.now() - beganMs,
  });
  if (error !== null) err.push(Buffer.from(`ERROR ${error}\n`));
  const exitCode = end.exitCode ?? 137;
  request.answer(error !== null && exitCode === 0 ? 1 : exitCode, Buffer.concat(out), Buffer.concat(err));
}

/**
 * The relation named with -r; its remote unit is inferred when there is exactly one. Throws in Juju's words.
 */
function findFocus(agent: Agent, request: CommandRequest): Focus | null {
  if (request.relation === undefined || request.relation === '') return null;
  const id = request.relation.slice(request.relation.lastIndexOf(':') + 1);
  const relation = agent.local.relations[id];
  if (!/^\d+$/.test(id)) throw new Error(`invalid relation id "${request.relation}"`);
  if (relation === undefined) throw new Error(`unable to find relation id: ${id}`);
  const members = Object.keys(relation.members);
  const remoteUnit = request.remoteUnit ?? (request.remoteApp === undefined ? inferUnit(members, id) : null);
  if (remoteUnit !== null && !request.force && !members.includes(remoteUnit)) {
    throw new Error(`invalid remote unit: ${remoteUnit} (not in relation ${id}; use --force-remote-unit)`);
  }
  // JUJU_REMOTE_APP is empty under juju-exec.
  return { relationId: Number(id), remoteUnit, remoteApp: request.remoteApp ?? null };
}

function inferUnit(members: string[], id: string): string {
  const [first, ...others] = members.sort();
  if (first === undefined) throw new Error(`cannot infer remote unit in empty relation ${id}`);
  if (others.length > 0) throw new Error(`ambiguous remote unit; possibilities are [${members.join(' ')}]`);
  return first;
}
