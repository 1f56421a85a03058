/** All executors, and the one place that picks among them. */
import { jujuLog, statusSet } from '../juju/status.ts';
import { fingerprintOf } from '../plan/credentials.ts';
import type { Step } from '../plan/step.ts';
import { catalogExecutors } from '../postgres/catalog-executors.ts';
import { debianRoots, type MachineContext } from '../postgres/machine.ts';
import { serverExecutors } from '../postgres/server-executors.ts';
import type { CatalogStep } from '../server/catalog-steps.ts';
import { entryOf } from '../server/entry-of.ts';
import type { ServerStep } from '../server/server-steps.ts';
import { derivePassword } from '../system/entropy.ts';
import type { Applying, Executors } from './executor.ts';
import { requireRoot } from './filling.ts';
import { jujuExecutors } from './juju-steps.ts';

function machineContext(applying: Applying): MachineContext {
  const { charmDirectory, event, credentials } = applying;
  return {
    roots: debianRoots,
    charmDirectory,
    unit: event.unit,
    place: applying.place,
    keep: async (what, places) => {
      const message = `${what} at ${places.join(' and ')}`;
      await jujuLog('WARNING', message);
      await statusSet('maintenance', message);
    },
    volume: applying.memory.volume,
    secretOf: async (role) => ({
      password: derivePassword(
        await requireRoot(applying),
        role,
        entryOf(credentials.generations, role) ?? 1,
      ),
      fingerprint: fingerprintOf(role, credentials) ?? '',
    }),
  };
}

type MachineStep = ServerStep | CatalogStep;

/** Executors of the machine's room, given what they need to know of the pass. */
function adapted(): Executors<MachineStep['kind']> {
  const executors = { ...serverExecutors, ...catalogExecutors } as Record<
    string,
    (step: Step, context: MachineContext) => Promise<void>
  >;
  const entries = Object.entries(executors).map(([kind, execute]) => [
    kind,
    (step: Step, applying: Applying) => execute(step, machineContext(applying)),
  ]);
  return Object.fromEntries(entries) as Executors<MachineStep['kind']>;
}

const machineExecutors = adapted();

const executors = {
  ...machineExecutors,
  ...jujuExecutors,
  'cluster.create': async (step, applying) => {
    await applying.remember({ made: { locale: step.locale, encoding: step.encoding } });
    await machineExecutors['cluster.create'](step, applying);
  },
  'machine.claim': async (step, applying) => {
    await machineExecutors['machine.claim'](step, applying);
    // Hooks that would have opened it may be over.
    if (applying.juju !== null) applying.learn({ ...applying.juju, portOpen: false });
  },
} satisfies Executors<Step['kind']>;

/** Carries out one step. Throws what the step's room throws. */
export async function execute(step: Step, applying: Applying): Promise<void> {
  const run = executors[step.kind] as (step: Step, applying: Applying) => Promise<void>;
  await run(step, applying);
}
