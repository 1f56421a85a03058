import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { AdminClient } from '../protocol/admin.ts';
import { makeRequester, readMessages, writeMessage } from '../protocol/channel.ts';
import { modelPaths, modelsFolder } from './paths.ts';

/** A controller that ends is noticed at once; on a busy computer it only takes its time. */
const startTimeoutMs = 60_000;
const pollMs = 20;

/** Names of the models that exist on this computer. */
export function listModels(): string[] {
  const folder = modelsFolder();
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'state.json')))
    .sort();
}

/**
 * Connects to a model's controller, starting it when it does not run (it then outlives this process). A
 * model that does not exist gets a controller too, which waits for `model.create`. Throws with the
 * controller's last words when it does not come up.
 */
export async function ensureController(model: string): Promise<AdminClient> {
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(model)) {
    throw new Error(`"${model}" is not a valid model name: lowercase letters, digits and hyphens`);
  }
  const paths = modelPaths(model);
  const running = await tryConnect(paths.socket);
  if (running !== null) return makeClient(running, paths.controllerOutput);
  const output = openSync(paths.controllerOutput, 'a');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), model], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let ended = false;
  child.on('exit', () => {
    ended = true;
  });
  child.unref();
  const endMs = Date.now() + startTimeoutMs;
  while (Date.now() < endMs) {
    const socket = await tryConnect(paths.socket);
    if (socket !== null) return makeClient(socket, paths.controllerOutput);
    // It ends at once when another process has started one meanwhile: then that one answers soon.
    if (ended && child.exitCode !== 0) break;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(
    `the controller of model "${model}" does not start; it says:\n${lastWords(paths.controllerOutput)}`,
  );
}

/** The end of a controller's output; empty when its folder has gone with the model. */
function lastWords(output: string): string {
  return existsSync(output) ? readFileSync(output, 'utf8').split('\n').slice(-12).join('\n') : '';
}

/** A connection that was answered on; a controller that is being killed may still accept one. */
function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const fail = (): void => {
      socket.destroy();
      resolve(null);
    };
    socket.once('error', fail);
    socket.once('close', fail);
    socket.once('connect', () => {
      writeMessage(socket, { id: 0, method: 'ping' });
    });
    socket.once('data', () => {
      socket.off('error', fail);
      socket.off('close', fail);
      resolve(socket);
    });
  });
}

function makeClient(socket: Socket, output: string): AdminClient {
  const gone = (): Error => new Error(`the model's controller went away; it said:\n${lastWords(output)}`);
  const requester = makeRequester((message) => {
    writeMessage(socket, message);
  });
  readMessages(socket, (message) => {
    requester.settle(message);
    if (requester.waitingCount() === 0) socket.unref();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    requester.failAll(gone());
  });
  socket.unref();
  return {
    call(method, params) {
      if (socket.destroyed) return Promise.reject(gone());
      socket.ref();
      // The controller answers with the type that belongs to the method.
      return requester.request(method, params) as never;
    },
    close() {
      socket.destroy();
    },
  };
}
