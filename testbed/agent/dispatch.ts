import type { Agent } from './agent.ts';
import { type Answer, Refusal } from './commands/command.ts';
import { commandsOf } from './commands/registry.ts';
import type { HookContext, Uniter } from './hook-context.ts';
import type { ToolCall } from './tool-socket.ts';

/**
 * Answers one call of a hook command for the run that is under way; null when the caller is to be killed
 * instead (a fault). Calls that belong to no run, or to one that has ended, are bad requests.
 */
export async function answerCall(agent: Uniter, call: ToolCall): Promise<Answer | null> {
  const context = agent.running;
  if (context === null || context.id !== call.contextId) {
    return refuse(1, `bad request: bad context: "${call.contextId}" is not known`);
  }
  const command = commandsOf(context.snapshot.juju)[call.tool];
  if (command === undefined) return refuse(1, `bad request: unknown command "${call.tool}"`);
  context.commandCounts[call.tool] = (context.commandCounts[call.tool] ?? 0) + 1;
  if (call.args.includes('--help') || call.args.includes('-h')) {
    return { exitCode: 0, stdout: `Usage: ${call.tool} [options] ...\n`, stderr: '' };
  }
  const injected = failingText(agent, call.tool);
  if (injected !== null) return refuse(1, injected);
  const answer = await run(command, { ...call, context });
  return killsHere(agent, context, call) ? null : answer;
}

async function run(
  command: (call: ToolCall & { context: HookContext }) => Promise<string>,
  call: ToolCall & { context: HookContext },
): Promise<Answer> {
  try {
    return { exitCode: 0, stdout: await command(call), stderr: '' };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return refuse(error instanceof Refusal ? error.exitCode : 1, text);
  }
}

function refuse(exitCode: number, text: string): Answer {
  return { exitCode, stdout: '', stderr: `ERROR ${text}\n` };
}

/** Used-up counts are kept here as well: the controller's answer may come late. */
const usedCounts = new Map<string, number>();

function failingText(agent: Agent, tool: string): string | null {
  for (const fault of agent.snapshot.failingCommands) {
    const used = usedCounts.get(fault.id) ?? 0;
    if (fault.command !== tool || used >= fault.count) continue;
    usedCounts.set(fault.id, used + 1);
    if (used + 1 === fault.count) noteUsed(agent, fault.id);
    return fault.text;
  }
  return null;
}

/** A kill point that fits this call: kills the run's processes at once. */
function killsHere(agent: Agent, context: HookContext, call: ToolCall): boolean {
  const count = Object.values(context.commandCounts).reduce((sum, each) => sum + each, 0);
  const point = agent.snapshot.killPoints.find((each) => {
    if (agent.usedFaults.has(each.id)) return false;
    if (each.hook !== undefined && each.hook !== context.name) return false;
    if (each.afterCommand !== undefined && each.afterCommand !== count) return false;
    if (each.command !== undefined && each.command !== call.tool) return false;
    if (each.logLine === undefined) return true;
    return call.tool === 'juju-log' && new RegExp(each.logLine).test(call.args.join(' '));
  });
  if (point === undefined) return false;
  context.kill('SIGKILL');
  noteUsed(agent, point.id);
  return true;
}

function noteUsed(agent: Agent, id: string): void {
  agent.usedFaults.add(id);
  agent.link.request('fault.used', { id }).catch(() => undefined);
}
