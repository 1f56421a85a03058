import type { Command } from 'commander';
import * as machines from '../../machines/index.ts';
import type { ModelOptions, Session } from '../session.ts';
import { withModel } from '../session.ts';
import { machineFor } from '../units.ts';
import { count, durationMs, verb } from '../verb.ts';

/** Registers `testbed`: faults by hand, which real Juju does not have. */
export function registerFaults(program: Command): void {
  const faults = program
    .command('testbed')
    .description('Breaks things on purpose: machines, networks, processes, disks, hooks, leadership.');
  registerMachineFaults(faults);
  registerEventFaults(faults);
}

/** Runs `work` with the machine of a unit, or the machine named. */
function onMachine(
  options: ModelOptions,
  text: string,
  work: (session: Session, machine: string) => Promise<unknown>,
): Promise<void> {
  return withModel(options, async (session) => work(session, await machineFor(session.client, text)));
}

function registerMachineFaults(faults: Command): void {
  verb(faults, 'kill-machine <target>', "Power cut of a unit's machine.").action(
    (target: string, options: ModelOptions) =>
      onMachine(options, target, ({ client }, machine) => client.call('machine.kill', { machine })),
  );
  verb(faults, 'boot-machine <target>', 'Starts a killed machine.').action(
    (target: string, options: ModelOptions) =>
      onMachine(options, target, ({ client }, machine) => client.call('machine.boot', { machine })),
  );
  verb(faults, 'reboot-machine <target>', 'Clean reboot.').action((target: string, options: ModelOptions) =>
    onMachine(options, target, ({ client }, machine) => client.call('machine.reboot', { machine })),
  );
  verb(faults, 'cut <target> [other]', 'Cuts the network of a machine, or only between two machines.').action(
    (target: string, other: string | undefined, options: ModelOptions) =>
      onMachine(options, target, async ({ client, model }, machine) => {
        if (other === undefined) return machines.cutNetwork(model.name, machine);
        return machines.cutBetween(model.name, machine, await machineFor(client, other));
      }),
  );
  verb(faults, 'heal <target> [other]', 'Takes back cut and delay.').action(
    (target: string, other: string | undefined, options: ModelOptions) =>
      onMachine(options, target, async ({ client, model }, machine) => {
        if (other !== undefined)
          return machines.healBetween(model.name, machine, await machineFor(client, other));
        await machines.healNetwork(model.name, machine);
        return machines.delayNetwork(model.name, machine, 0);
      }),
  );
  verb(faults, 'delay <target> <duration>', 'Delays the network of a machine, such as 200ms.').action(
    (target: string, duration: string, options: ModelOptions) =>
      onMachine(options, target, ({ model }, machine) =>
        machines.delayNetwork(model.name, machine, durationMs(duration)),
      ),
  );
  verb(faults, 'pause <target> <pattern>', 'Stops processes on a machine, chosen as by pkill -f.').action(
    (target: string, pattern: string, options: ModelOptions) =>
      onMachine(options, target, ({ model }, machine) => machines.pauseProcess(model.name, machine, pattern)),
  );
  verb(faults, 'resume <target> <pattern>', 'Lets paused processes go on.').action(
    (target: string, pattern: string, options: ModelOptions) =>
      onMachine(options, target, ({ model }, machine) =>
        machines.resumeProcess(model.name, machine, pattern),
      ),
  );
  verb(faults, 'fill-disk <target> <path>', 'Fills the file system that holds a path.')
    .option('--leave <mebibytes>', 'what stays free', count, 0)
    .action((target: string, path: string, options: ModelOptions & { leave: number }) =>
      onMachine(options, target, ({ model }, machine) =>
        machines.fillDisk(model.name, machine, path, options.leave),
      ),
    );
  verb(faults, 'empty-disk <target> <path>', 'Takes back fill-disk.').action(
    (target: string, path: string, options: ModelOptions) =>
      onMachine(options, target, ({ model }, machine) => machines.emptyDisk(model.name, machine, path)),
  );
}

function registerEventFaults(faults: Command): void {
  verb(
    faults,
    'hold <unit> <pattern>',
    'Holds back hooks whose name (or name(remote)) matches a regular expression.',
  ).action((unit: string, filter: string, options: ModelOptions) =>
    withModel(options, async ({ client }) => {
      console.log((await client.call('fault.holdEvents', { unit, filter })).id);
    }),
  );
  verb(faults, 'release <unit> [id]', 'Lets held hooks run: all, or one hold.').action(
    (unit: string, id: string | undefined, options: ModelOptions) =>
      withModel(options, ({ client }) =>
        client.call('fault.releaseEvents', { unit, ...(id === undefined ? {} : { id }) }),
      ),
  );
  verb(faults, 'repeat <unit> <hook>', 'Runs a hook once more.')
    .option('--relation <id>', 'for relation hooks', count)
    .option('--remote-unit <unit>', 'for relation hooks')
    .option('--remote-app <application>', 'for relation hooks')
    .option('--storage <id>', 'for storage hooks')
    .action((unit: string, hook: string, options: ModelOptions & RepeatOptions) =>
      withModel(options, ({ client }) => client.call('fault.repeatEvent', { unit, hook, ...about(options) })),
    );
  verb(
    faults,
    'take-leadership <application> [unit]',
    'Revokes the lease; gives it to a unit when one is named.',
  ).action((application: string, unit: string | undefined, options: ModelOptions) =>
    withModel(options, ({ client }) =>
      client.call('fault.takeLeadership', { application, ...(unit === undefined ? {} : { toUnit: unit }) }),
    ),
  );
  verb(faults, 'fail-commit <unit>', 'Refuses what the next hooks want to commit.')
    .option('-n, --count <count>', 'how many', count, 1)
    .option('--hook <hook>', 'of this hook only')
    .action((unit: string, options: ModelOptions & { count: number; hook?: string }) => {
      const { count, hook } = options;
      const which = hook === undefined ? {} : { hook };
      return withModel(options, ({ client }) => client.call('fault.failCommits', { unit, count, ...which }));
    });
  verb(faults, 'fail-command <unit> <command> [text]', 'Makes the next calls of a hook command fail.')
    .option('-n, --count <count>', 'how many', count, 1)
    .action(
      (unit: string, command: string, text: string | undefined, options: ModelOptions & { count: number }) =>
        withModel(options, ({ client }) =>
          client.call('fault.failCommand', {
            unit,
            command,
            count: options.count,
            text: text ?? 'connection is shut down',
          }),
        ),
    );
  verb(faults, 'kill-agent <unit>', 'SIGKILL for the unit agent; it starts again.').action(
    (unit: string, options: ModelOptions) =>
      withModel(options, ({ client }) => client.call('fault.killAgent', { unit })),
  );
  verb(faults, 'kill-hook <unit> [signal]', 'Kills the hook that runs now.').action(
    (unit: string, signal: string | undefined, options: ModelOptions) =>
      withModel(options, ({ client }) =>
        client.call('fault.killHook', { unit, ...(signal === undefined ? {} : { signal }) }),
      ),
  );
  verb(faults, 'clear <unit>', 'Takes back failures of commits and commands that were not used up.').action(
    (unit: string, options: ModelOptions) =>
      withModel(options, ({ client }) => client.call('fault.clear', { unit })),
  );
  verb(
    faults,
    'advance-clock <duration>',
    "Moves the model's clock forward: leases, rotations, expiry.",
  ).action((duration: string, options: ModelOptions) =>
    withModel(options, ({ client }) => client.call('clock.advance', { ms: durationMs(duration) })),
  );
}

interface RepeatOptions {
  relation?: number;
  remoteUnit?: string;
  remoteApp?: string;
  storage?: string;
}

function about(options: RepeatOptions): {
  relationId?: number;
  remoteUnit?: string;
  remoteApp?: string;
  storageId?: string;
} {
  return {
    ...(options.relation === undefined ? {} : { relationId: options.relation }),
    ...(options.remoteUnit === undefined ? {} : { remoteUnit: options.remoteUnit }),
    ...(options.remoteApp === undefined ? {} : { remoteApp: options.remoteApp }),
    ...(options.storage === undefined ? {} : { storageId: options.storage }),
  };
}
