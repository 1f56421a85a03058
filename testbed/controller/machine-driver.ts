import type { Machine, Storage, Unit } from './state.ts';

export interface AgentAddress {
  host: string;
  port: number;
}

/** Machines as a model needs them. Each call may be repeated after a crash of the controller. */
export interface MachineDriver {
  /** Makes the model's network. Agents reach the controller at `hostAddress`. */
  openNetwork(): Promise<{ hostAddress: string; cidr: string }>;
  /** Makes a machine that is not booted yet, with the agents of these units on it. */
  create(
    machine: Machine,
    units: Unit[],
    controller: AgentAddress,
  ): Promise<{ address: string; address6: string }>;
  boot(machine: Machine): Promise<void>;
  isRunning(machine: Machine): Promise<boolean>;
  /** Power cut. */
  kill(machine: Machine): Promise<void>;
  shutDown(machine: Machine): Promise<void>;
  remove(machine: Machine): Promise<void>;
  /** Puts one more agent on a running machine and starts it. */
  addAgent(machine: Machine, unit: Unit, controller: AgentAddress): Promise<void>;
  /** Mounts a storage, made when it does not exist yet; the machine may be running or not. */
  attach(machine: Machine, storage: Storage): Promise<void>;
  /** `masked`: take the mount away even when it is busy. */
  detach(machine: Machine, storage: Storage, masked: boolean): Promise<void>;
  removeVolume(storageId: string): Promise<void>;
  /** SIGKILL to an agent. */
  killAgent(machine: Machine, unit: Unit): Promise<void>;
  /** Everything of this model. */
  removeAll(): Promise<void>;
}
