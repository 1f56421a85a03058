import * as machines from '../machines/index.ts';
import type { AdminClient } from '../protocol/admin.ts';

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The machine a unit runs on: commands, files, faults. */
export interface UnitMachine {
  id: string;
  address: string;
  /** Runs a program as root; a string goes to bash. Does not reject on a non-zero exit. */
  exec(
    command: string | string[],
    options?: { stdin?: string; user?: string; timeoutMs?: number; env?: Record<string, string> },
  ): Promise<Ran>;
  /** As exec, but rejects with the output when the exit code is not 0. Returns stdout. */
  sh(command: string | string[]): Promise<string>;
  read(path: string): Promise<string>;
  write(path: string, content: string, mode?: number): Promise<void>;
  /** Power cut. */
  kill(): Promise<void>;
  boot(): Promise<void>;
  reboot(): Promise<void>;
  /** Cuts the machine off from everything, or from one other machine. */
  cut(other?: UnitMachine): Promise<void>;
  heal(other?: UnitMachine): Promise<void>;
  delay(delayMs: number): Promise<void>;
  /** Stops processes chosen as by pkill -f. */
  pause(pattern: string): Promise<void>;
  resume(pattern: string): Promise<void>;
  killProcess(pattern: string, signal: string): Promise<void>;
  fillDisk(path: string, leaveMiB?: number): Promise<void>;
  emptyDisk(path: string): Promise<void>;
}

/** The machine of `unit`. Rejects when the unit has none. */
export async function unitMachine(client: AdminClient, model: string, unit: string): Promise<UnitMachine> {
  const { machine: id, address } = await client.call('machine.of', { unit });
  const exec: UnitMachine['exec'] = (command, options = {}) =>
    machines.execInMachine(
      model,
      id,
      typeof command === 'string' ? ['/bin/bash', '-c', command] : command,
      options,
    );
  return {
    id,
    address,
    exec,
    async sh(command) {
      const ran = await exec(command);
      if (ran.exitCode === 0) return ran.stdout;
      throw new Error(`on ${unit}: ${String(command)}\nexit ${ran.exitCode}\n${ran.stderr}${ran.stdout}`);
    },
    read: (path) => machines.readFileInMachine(model, id, path),
    write: (path, content, mode = 0o644) => machines.writeFileInMachine(model, id, path, content, mode),
    kill: async () => void (await client.call('machine.kill', { machine: id })),
    boot: async () => void (await client.call('machine.boot', { machine: id })),
    reboot: async () => void (await client.call('machine.reboot', { machine: id })),
    cut: (other) => (other ? machines.cutBetween(model, id, other.id) : machines.cutNetwork(model, id)),
    heal: (other) => (other ? machines.healBetween(model, id, other.id) : machines.healNetwork(model, id)),
    delay: (delayMs) => machines.delayNetwork(model, id, delayMs),
    pause: (pattern) => machines.pauseProcess(model, id, pattern),
    resume: (pattern) => machines.resumeProcess(model, id, pattern),
    killProcess: (pattern, signal) => machines.killProcess(model, id, pattern, signal),
    fillDisk: (path, leaveMiB = 0) => machines.fillDisk(model, id, path, leaveMiB),
    emptyDisk: (path) => machines.emptyDisk(model, id, path),
  };
}
