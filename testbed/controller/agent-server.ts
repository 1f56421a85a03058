import { createServer, type Server, type Socket } from 'node:net';
import type { AgentMethods } from '../protocol/agent-methods.ts';
import { type Message, readMessages, writeMessage } from '../protocol/channel.ts';
import { type AgentHandlers, agentHandlers } from './agent-requests.ts';
import type { Core } from './core.ts';

const sweepMs = 500;

/**
 * Listens for agents on the model's own address; answers with the port (kept, so that agents find it again).
 */
export async function listenForAgents(core: Core, host: string): Promise<number> {
  const handlers = agentHandlers(core);
  const server = createServer({ noDelay: true }, (socket) => {
    serveAgent(core, handlers, socket);
  });
  const port = await listen(server, host, core.hasModel() ? core.model().agentPort : 0);
  setInterval(() => {
    if (core.hasModel() && core.links.dropSilent(core.model())) core.changed();
  }, sweepMs).unref();
  return port;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function serveAgent(core: Core, handlers: AgentHandlers, socket: Socket): void {
  let unitName = '';
  readMessages(socket, (message) => {
    void answer(message);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (unitName === '') return;
    core.links.disconnected(unitName, socket);
    core.changed();
  });
  const answer = async (message: Message): Promise<void> => {
    const { id, method = '', params } = message;
    try {
      const result =
        method === 'hello' ? hello(params as AgentMethods['hello'][0]) : await handle(method, params);
      core.flush();
      writeMessage(socket, { id, result });
    } catch (error) {
      core.flush();
      writeMessage(socket, { id, error: error instanceof Error ? error.message : String(error) });
    }
  };
  const hello = (params: AgentMethods['hello'][0]): AgentMethods['hello'][1] => {
    const unit = core.model().units[params.unit];
    if (unit === undefined || unit.token !== params.token) throw new Error('unit not found');
    core.changed();
    core.flush();
    unitName = unit.name;
    return { snapshot: core.links.connect(core.model(), unit, socket) };
  };
  const handle = async (method: string, params: unknown): Promise<unknown> => {
    core.links.heard(unitName);
    const unit = core.model().units[unitName];
    if (unit === undefined) throw new Error('unit not found');
    const handler = handlers[method as keyof AgentHandlers] as
      | ((unit: unknown, params: unknown) => unknown)
      | undefined;
    if (handler === undefined) throw new Error(`unknown request "${method}"`);
    return handler(unit, params);
  };
}
