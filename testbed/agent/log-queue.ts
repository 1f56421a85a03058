import type { LogLine } from '../protocol/admin.ts';
import type { ControllerLink } from './controller-link.ts';

export interface LogQueue {
  add(level: LogLine['level'], module: string, message: string): void;
  /** Sends what is waiting; to be called when the controller is there again. */
  send(): void;
}

/** Lines wait while the controller is out of reach; those of one turn go together. */
export function makeLogQueue(link: () => ControllerLink | null): LogQueue {
  let waiting: LogLine[] = [];
  let scheduled = false;
  const send = (): void => {
    scheduled = false;
    const connection = link();
    if (connection === null || !connection.isUp() || waiting.length === 0) return;
    const lines = waiting;
    waiting = [];
    connection.request('log', { lines }).catch(() => {
      waiting = [...lines, ...waiting];
    });
  };
  return {
    add(level, module, message) {
      waiting.push({ at: new Date().toISOString(), entity: '', level, module, message });
      if (scheduled) return;
      scheduled = true;
      setImmediate(send);
    },
    send,
  };
}
