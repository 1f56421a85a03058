import type { Agent } from './agent.ts';
import { parseFlags } from './commands/flags.ts';
import { serveTools, type ToolAnswer, type ToolCall } from './tool-socket.ts';

const flags = {
  u: { same: 'unit' },
  unit: 'value',
  r: { same: 'relation' },
  relation: 'value',
  'remote-unit': 'value',
  'remote-app': 'value',
  'force-remote-unit': 'switch',
  'no-context': 'switch',
  operator: 'switch',
} as const;

/** Takes juju-exec (juju-run up to 2.9) calls of the machine's processes; each waits for its turn. */
export function serveExec(agent: Agent): void {
  serveTools(agent.paths.runSocket, (call) => queue(agent, call));
}

function queue(agent: Agent, call: ToolCall): Promise<ToolAnswer> {
  const refuse = (exitCode: number, text: string): Promise<ToolAnswer> =>
    Promise.resolve({ exitCode, stdout: '', stderr: `ERROR ${text}\n` });
  if (call.contextId !== '') {
    return refuse(1, `${call.tool} cannot be called from within a hook, have context "${call.contextId}"`);
  }
  let parsed: ReturnType<typeof parseFlags>;
  try {
    parsed = parseFlags(flagsFirst(call.args), flags);
  } catch (error) {
    return refuse(2, error instanceof Error ? error.message : String(error));
  }
  const words = [...parsed.positional];
  if (parsed.values['unit'] === undefined && /^[a-z][a-z0-9-]*\/\d+$/.test(words[0] ?? '')) words.shift();
  if (words.length === 0) return refuse(2, 'missing commands');
  return new Promise((resolve) => {
    agent.commands.push({
      script: words.join(' '),
      relation: parsed.values['relation'],
      remoteUnit: parsed.values['remote-unit'],
      remoteApp: parsed.values['remote-app'],
      force: parsed.switches['force-remote-unit'] === true,
      answer: (exitCode, stdout, stderr) => {
        resolve({ exitCode, stdout, stderr });
      },
    });
    agent.wake();
  });
}

/** Flags of juju-exec stand before the commands: what follows the first command word is the script's own. */
function flagsFirst(args: string[]): string[] {
  const takesValue = new Set(['-u', '--unit', '-r', '--relation', '--remote-unit', '--remote-app']);
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    if (argument === '--') return args;
    if (takesValue.has(argument)) at += 1;
    else if (!argument.startsWith('-') && !/^[a-z][a-z0-9-]*\/\d+$/.test(argument)) {
      return [...args.slice(0, at), '--', ...args.slice(at)];
    }
  }
  return args;
}
