import { createServer, type Socket } from 'node:net';
import type { AdminMethod, AdminParams, AdminResult } from '../protocol/admin.ts';
import { type Message, readMessages, writeMessage } from '../protocol/channel.ts';
import type { Core } from './core.ts';

export type AdminHandlers = {
  [M in AdminMethod]: (params: AdminParams<M>) => AdminResult<M> | Promise<AdminResult<M>>;
};

/** Requests that change nothing in the model. */
const reading = new Set<AdminMethod>(
  (
    'status settled settled.wait changes.wait history statusLog log actions relations bags secrets ' +
    'secretContent storage config.get machine.of remote.offer tasks.show tasks.list tasks.wait model.info ' +
    'model.config model.destroy'
  ).split(' ') as AdminMethod[],
);

/** Answers the command line and the tests on the model's unix socket. */
export function serveAdmin(core: Core, handlers: Partial<AdminHandlers>, onReady: () => void): void {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    readMessages(socket, (message) => {
      void answer(core, handlers, socket, message);
    });
  });
  server.listen(core.paths.socket, onReady);
}

async function answer(
  core: Core,
  handlers: Partial<AdminHandlers>,
  socket: Socket,
  message: Message,
): Promise<void> {
  const { id, method = '', params } = message;
  try {
    const handler = handlers[method as AdminMethod] as ((params: unknown) => unknown) | undefined;
    if (handler === undefined) throw new Error(`this testbed does not know the request "${method}"`);
    const result = await handler(params);
    if (!reading.has(method as AdminMethod)) core.changed();
    core.flush();
    writeMessage(socket, { id, result });
  } catch (error) {
    core.flush();
    writeMessage(socket, { id, error: error instanceof Error ? error.message : String(error) });
  }
}
