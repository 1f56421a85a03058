/** Starting the fence from a pass: it counts as started when it has looked. */
import { join } from 'node:path';
import type { Asked } from '../server/jobs.ts';
import { bootMoment, waitFor } from '../system/clock.ts';
import { isTransientUnitActive, startTransientUnit, systemctl, unitState } from '../system/systemd.ts';
import { readSign } from './fence-sign.ts';
import { newJob } from './job-start.ts';
import { type AnyJobState, readFormerState, writeJobState } from './job-state.ts';
import { kindOf } from './jobs/kinds.ts';
import type { MachineContext } from './machine.ts';

const START_LIMIT_MS = 10_000;
const FIRST_LOOK_LIMIT_MS = 10_000;

/**
 * Starts the fence, in place of one that runs, and waits for its first look. Throws when there is none in time; the reason is kept in its
 * state, and a late one still counts when it has looked.
 */
export async function startFence(context: MachineContext, request: Asked<'fence'>): Promise<void> {
  const { state } = context.roots;
  const last = await readFormerState(state, 'fence');
  const job = await newJob(request, last);
  await writeJobState(state, job);
  try {
    await launch(context, job);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await writeJobState(state, { ...job, error: reason, ended: bootMoment() });
    throw error;
  }
}

async function launch(
  { roots, charmDirectory, unit }: MachineContext,
  { systemdUnit }: AnyJobState,
): Promise<void> {
  const program = join(charmDirectory, 'dist', 'charm');
  const before = await readSign(roots);
  if (await isTransientUnitActive(systemdUnit)) {
    // Ending one that lives to start another could leave none. It reads its request anew, and runs the program that is there now.
    await systemctl(['restart', `${systemdUnit}.service`], START_LIMIT_MS);
  } else {
    await systemctl(['stop', `${systemdUnit}.service`], START_LIMIT_MS).catch(() => {});
    await startTransientUnit(
      {
        name: systemdUnit,
        description: 'PostgreSQL charm: fence',
        command: [program, 'job', 'fence'],
        environment: { CHARM_UNIT: unit },
        properties: kindOf('fence').properties(program),
      },
      START_LIMIT_MS,
    );
  }
  const looked = await waitFor(async () => {
    const sign = await readSign(roots);
    return sign !== null && sign.pid !== before?.pid ? true : null;
  }, FIRST_LOOK_LIMIT_MS);
  if (looked !== null) return;
  const state = await unitState(systemdUnit);
  throw new Error(`it was started and does not look (${state}); see: systemctl status ${systemdUnit}`);
}
