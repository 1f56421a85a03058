/** maintenance-mode-start and maintenance-mode-stop. */
import type { Situation } from '../plan/situation.ts';
import { type Action, type ActionOutcome, asLeader, peerStep } from './action.ts';

function setMaintenance(situation: Situation, on: boolean): ActionOutcome {
  const leader = asLeader(situation);
  if (!('peer' in leader)) return leader;
  return {
    results: { 'maintenance-mode': on ? 'on' : 'off' },
    steps: [peerStep(leader.peer, { maintenance: on ? 'on' : '' })],
    pass: true,
  };
}

/** Makes every later hook end without doing anything. */
export const startMaintenance: Action = async (_, observe) => setMaintenance(await observe(), true);

/** Ends that. */
export const stopMaintenance: Action = async (_, observe) => setMaintenance(await observe(), false);
