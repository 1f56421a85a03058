import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { AgentMethod, AgentMethods, Push, UnitSnapshot } from '../protocol/agent-methods.ts';
import type { AgentSettings } from '../protocol/agent-settings.ts';
import { makeRequester, type Requester, readMessages, writeMessage } from '../protocol/channel.ts';

const reconnectMs = 50;
const connectTimeoutMs = 2000;

/** Exit status that tells systemd not to start the agent again. */
export const removedExitCode = 3;

export interface ControllerLink {
  /** Rejects with the controller's text, or `connection is shut down`. */
  request<M extends AgentMethod>(method: M, params: AgentMethods[M][0]): Promise<AgentMethods[M][1]>;
  isUp(): boolean;
}

/**
 * Keeps a connection to the controller, made anew whenever it breaks or falls silent. `onPush` gets what the
 * controller pushes and the snapshot that comes with each new connection; `onDown` is called when one is
 * lost.
 */
export function openLink(
  settings: AgentSettings,
  settingsFile: string,
  onPush: (push: Push) => void,
  onDown: () => void,
): ControllerLink {
  let socket: Socket | null = null;
  let up = false;
  let heardAtMs = 0;
  const requester = makeRequester((message) => {
    if (socket !== null) writeMessage(socket, message);
  });

  const dial = (): void => {
    // Its folder was cleaned away: there is no unit any more.
    if (!existsSync(settingsFile)) process.exit(removedExitCode);
    const mine = connect({ host: settings.host, port: settings.port, noDelay: true });
    socket = mine;
    const giveUp = setTimeout(() => mine.destroy(), connectTimeoutMs);
    mine.on('error', () => undefined);
    mine.on('connect', () => {
      clearTimeout(giveUp);
      heardAtMs = Date.now();
      void greet(requester, settings).then((snapshot) => {
        up = snapshot !== null;
        if (snapshot === null) mine.destroy();
        else onPush({ push: 'snapshot', snapshot });
      });
    });
    readMessages(mine, (message) => {
      heardAtMs = Date.now();
      if (message.push === undefined) requester.settle(message);
      else onPush(message as unknown as Push);
    });
    mine.on('close', () => {
      clearTimeout(giveUp);
      up = false;
      requester.failAll(new Error('connection is shut down'));
      onDown();
      setTimeout(dial, reconnectMs);
    });
  };
  const beat = (): void => {
    if (!up || socket === null) return;
    if (Date.now() - heardAtMs > settings.agentTimeoutMs) socket.destroy();
    else requester.request('ping', {}).catch(() => undefined);
  };
  setInterval(beat, settings.agentTimeoutMs / 5);
  dial();
  return {
    request(method, params) {
      if (!up) return Promise.reject(new Error('connection is shut down'));
      // The controller answers with the type that belongs to the method.
      return requester.request(method, params) as never;
    },
    isUp: () => up,
  };
}

/** The first snapshot; null when the connection broke before it came. Ends the agent of a unit that is gone. */
async function greet(requester: Requester, settings: AgentSettings): Promise<UnitSnapshot | null> {
  const { unit, token } = settings;
  try {
    return ((await requester.request('hello', { unit, token })) as AgentMethods['hello'][1]).snapshot;
  } catch (error) {
    if (error instanceof Error && error.message === 'unit not found') process.exit(removedExitCode);
    return null;
  }
}
