/** All executors, and the one place that picks among them. */

import { fingerprintOf, passwordOf } from '../observe/credentials.ts';
import { type PassContext, remember } from '../pass/context.ts';
import type { Step } from '../plan/step.ts';
import { catalogExecutors } from '../postgres/catalog-executors.ts';
import { debianRoots, type MachineContext } from '../postgres/machine.ts';
import { serverExecutors } from '../postgres/server-executors.ts';
import type { CatalogStep } from '../server/catalog-steps.ts';
import type { ServerStep } from '../server/server-steps.ts';
import type { Executors } from './executor.ts';
import { jujuExecutors, requireRoot } from './juju-steps.ts';

function machineContext(context: PassContext): MachineContext {
  return {
    roots: debianRoots,
    charmDirectory: context.charmDirectory,
    unit: context.event.unit,
    secretOf: async (role) => {
      const root = await requireRoot(context);
      return {
        password: passwordOf(role, root, context.credentials),
        fingerprint: fingerprintOf(role, context.credentials) ?? '',
      };
    },
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
    (step: Step, context: PassContext) => execute(step, machineContext(context)),
  ]);
  return Object.fromEntries(entries) as Executors<MachineStep['kind']>;
}

const machineExecutors = adapted();

const executors = {
  ...machineExecutors,
  ...jujuExecutors,
  'packages.install': async (step, context) => {
    await machineExecutors['packages.install'](step, context);
    const packages = [...new Set([...context.memory.packages, ...step.packages])];
    await remember(context, { ...context.memory, packages });
  },
  'cluster.create': async (step, context) => {
    await remember(context, { ...context.memory, made: { locale: step.locale, encoding: step.encoding } });
    await machineExecutors['cluster.create'](step, context);
  },
} satisfies Executors<Step['kind']>;

/** Carries out one step. Throws what the step's room throws. */
export async function execute(step: Step, context: PassContext): Promise<void> {
  const run = executors[step.kind] as (step: Step, context: PassContext) => Promise<void>;
  try {
    await run(step, context);
  } finally {
    if ('database' in step) context.insides.delete(step.database);
  }
}
