import type { Socket } from 'node:net';

export interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: string;
  push?: string;
}

/**
 * Calls `onMessage` for each JSON line that arrives on the socket. A line that is no JSON ends the
 * connection: the other side does not speak this protocol.
 */
export function readMessages(socket: Socket, onMessage: (message: Message) => void): void {
  let pending = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    pending += chunk;
    let end = pending.indexOf('\n');
    while (end >= 0) {
      const line = pending.slice(0, end);
      pending = pending.slice(end + 1);
      let message: Message;
      try {
        message = JSON.parse(line) as Message;
      } catch {
        socket.destroy(new Error('a line that is not JSON arrived'));
        return;
      }
      onMessage(message);
      end = pending.indexOf('\n');
    }
  });
}

export function writeMessage(socket: Socket, message: object): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}

export interface Requester {
  request(method: string, params: unknown): Promise<unknown>;
  /** Hands over an answer; false when it belongs to no request. */
  settle(message: Message): boolean;
  failAll(reason: Error): void;
  waitingCount(): number;
}

/** Numbers requests on one connection and gives each answer to its asker. */
export function makeRequester(send: (message: object) => void): Requester {
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  return {
    request(method, params) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({ id, method, params });
      });
    },
    settle(message) {
      const asker = message.id === undefined ? undefined : waiting.get(message.id);
      if (asker === undefined || message.method !== undefined) return false;
      waiting.delete(message.id as number);
      if (message.error === undefined) asker.resolve(message.result);
      else asker.reject(new Error(message.error));
      return true;
    },
    failAll(reason) {
      for (const asker of waiting.values()) asker.reject(reason);
      waiting.clear();
    },
    waitingCount: () => waiting.size,
  };
}
