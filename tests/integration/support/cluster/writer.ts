import type { Model } from '../../../../testbed/api/index.ts';
import { eventually } from './eventually.ts';
import { startProgram, stopProgram } from './programs.ts';

const acknowledgedFile = '/var/log/acknowledged';

/** One row that the server has acknowledged. */
export interface Acknowledged {
  number: string;
  atMs: number;
}

/** A client that writes numbered rows all the time. */
export interface Writer {
  acknowledged(): Promise<Acknowledged[]>;
  /** Waits until a row has been acknowledged after now. */
  goesOn(): Promise<void>;
  /** The longest pause between two acknowledgements since a moment (ms since 1970). */
  longestGapMs(sinceMs: number): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts a writer on the classic client's machine, once the client has an address to write to. When that fails it tries the
 * servers of `others`, as a client must that may meet what a dead primary has said.
 */
export async function startWriter(
  model: Model,
  client: string,
  others: readonly string[] = [],
): Promise<Writer> {
  const machine = await model.machineOf(client);
  const address = await eventually('the client has an address', async () => {
    const { stdout } = await machine.exec('find /etc/pgclient -name db');
    return stdout.trim() || null;
  });
  const hosts = await Promise.all(others.map(async (unit) => (await model.machineOf(unit)).address));
  await startProgram(model, client, 'writer-program', [address, acknowledgedFile, hosts.join(',')]);
  const acknowledged = async (): Promise<Acknowledged[]> => {
    const { stdout } = await machine.exec(`cat ${acknowledgedFile}`);
    return stdout
      .split('\n')
      .filter((line) => line.includes(' '))
      .map((line) => line.split(' '))
      .map(([number = '', atMs = '']) => ({ number, atMs: Number(atMs) }));
  };
  const writer: Writer = {
    acknowledged,
    async goesOn() {
      const sinceMs = Date.now();
      await eventually('the writer goes on', async () => {
        const { stdout } = await machine.exec(`tail -n 1 ${acknowledgedFile}`);
        return Number(stdout.split(' ')[1]) > sinceMs ? true : null;
      });
    },
    async longestGapMs(sinceMs) {
      const times = (await acknowledged()).map(({ atMs }) => atMs);
      const gaps = times.flatMap((atMs, index) =>
        atMs < sinceMs ? [] : [atMs - (times[index - 1] ?? atMs)],
      );
      return Math.max(0, ...gaps);
    },
    stop: () => stopProgram(model, client, 'writer-program'),
  };
  await writer.goesOn();
  return writer;
}
