import { connect, createServer, type Server, type Socket } from 'node:net';

export interface MachineLock {
  /** Waits until no other agent of this machine holds it; the answer releases it. */
  acquire(): Promise<() => void>;
}

/**
 * One lock per machine, shared by all its agents. An abstract unix socket is the lock: only one process can
 * listen on its name, the kernel frees it when that process dies, and those who wait are connected to it, so
 * they hear at once when it is free.
 */
export function makeMachineLock(root: string): MachineLock {
  const name = `\0juju-machine-lock${root === '/' ? '' : root}`;
  const tryListen = (waiters: Set<Socket>): Promise<Server | null> =>
    new Promise((resolve) => {
      const server = createServer((socket) => {
        waiters.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => waiters.delete(socket));
      });
      server.once('error', () => {
        resolve(null);
      });
      server.listen(name, () => {
        resolve(server);
      });
    });
  const untilFree = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(name);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve();
      });
    });
  return {
    async acquire() {
      for (;;) {
        const waiters = new Set<Socket>();
        const server = await tryListen(waiters);
        if (server !== null) {
          return () => {
            server.close();
            for (const waiter of waiters) waiter.destroy();
          };
        }
        await untilFree();
      }
    },
  };
}
