export { emptyDisk, fillDisk } from './disk-faults.ts';
export { copyFromMachine, copyIntoMachine, readFileInMachine, writeFileInMachine } from './files-inside.ts';
export { ensureHostPackages } from './host-packages.ts';
export { ensureImage } from './image.ts';
export { type ExecOptions, execInMachine, execInteractive } from './inside.ts';
export {
  createMachine,
  type MachineInfo,
  type MachineSpec,
  machineInfo,
  removeMachine,
} from './machine.ts';
export { ensureNetwork, type Network } from './network.ts';
export {
  cutBetween,
  cutNetwork,
  delayNetwork,
  healBetween,
  healNetwork,
} from './network-faults.ts';
export { type Base, bases, type Log } from './paths.ts';
export { bootMachine, isRunning, killMachine, poweroffMachine } from './power.ts';
export { killProcess, pauseProcess, resumeProcess } from './process-faults.ts';
export type { Bind } from './records.ts';
export { removeEverything, removeModelMachines } from './sweep.ts';
export { attachVolume, createVolume, detachVolume, removeVolume } from './volumes.ts';
