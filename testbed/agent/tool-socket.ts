import { existsSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

/** One call as it came over the socket. */
export interface ToolCall {
  contextId: string;
  cwd: string;
  tool: string;
  args: string[];
  stdin(): Promise<Buffer>;
}

export interface ToolAnswer {
  exitCode: number;
  stdout: Buffer | string;
  stderr: Buffer | string;
}

/**
 * Serves hook-commands/relay: one call per connection, frames of a 32-bit length and bytes. `handle`
 * answers, or null to leave the caller without an answer (it is being killed).
 */
export function serveTools(path: string, handle: (call: ToolCall) => Promise<ToolAnswer | null>): void {
  if (existsSync(path)) rmSync(path);
  createServer((socket) => {
    socket.on('error', () => undefined);
    const frames = readFrames(socket);
    void frames.next().then(async (request) => {
      const answer = await handle(parseCall(socket, frames, request));
      if (answer === null) return;
      socket.end(
        Buffer.concat([
          Buffer.from('R'),
          codeBytes(answer.exitCode),
          frame(answer.stdout),
          frame(answer.stderr),
        ]),
      );
    });
  }).listen(path);
}

function parseCall(socket: Socket, frames: { next(): Promise<Buffer> }, request: Buffer): ToolCall {
  const parts: string[] = [];
  for (let at = 0; at < request.length; ) {
    const length = request.readUInt32BE(at);
    parts.push(request.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [contextId = '', cwd = '/', tool = '', ...args] = parts;
  return {
    contextId,
    cwd,
    tool,
    args,
    stdin() {
      socket.write('I');
      return frames.next();
    },
  };
}

function readFrames(socket: Socket): { next(): Promise<Buffer> } {
  let pending = Buffer.alloc(0);
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    wake();
  });
  return {
    next() {
      return new Promise((resolve) => {
        wake = () => {
          if (pending.length < 4) return;
          const end = 4 + pending.readUInt32BE(0);
          if (pending.length < end) return;
          const content = pending.subarray(4, end);
          pending = pending.subarray(end);
          wake = () => undefined;
          resolve(content);
        };
        wake();
      });
    },
  };
}

function codeBytes(code: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(code);
  return bytes;
}

function frame(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([codeBytes(bytes.length), bytes]);
}
