import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { AdminClient } from '../protocol/admin.ts';
import { makeRequester, readMessages, writeMessage } from '../protocol/channel.ts';
import { modelPaths, modelsFolder } from './paths.ts';

const startTimeoutMs = 15_000;
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
  if (running !== null) return makeClient(running);
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
    if (socket !== null) return makeClient(socket);
    // It ends at once when another process has started one meanwhile: then that one answers soon.
    if (ended && child.exitCode !== 0) break;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const said = readFileSync(paths.controllerOutput, 'utf8').split('\n').slice(-12).join('\n');
  throw new Error(`the controller of model "${model}" does not start; it says:\n${said}`);
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

function makeClient(socket: Socket): AdminClient {
  const requester = makeRequester((message) => {
    writeMessage(socket, message);
  });
  readMessages(socket, (message) => {
    requester.settle(message);
    if (requester.waitingCount() === 0) socket.unref();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    requester.failAll(new Error("the model's controller went away"));
  });
  socket.unref();
  return {
    call(method, params) {
      if (socket.destroyed) return Promise.reject(new Error("the model's controller went away"));
      socket.ref();
      // The controller answers with the type that belongs to the method.
      return requester.request(method, params) as never;
    },
    close() {
      socket.destroy();
    },
  };
}
