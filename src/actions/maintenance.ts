/** maintenance-mode-start and maintenance-mode-stop. */
import type { Situation } from '../plan/situation.ts';
import { type Action, type ActionOutcome, asLeader, peerStep, wake } from './action.ts';

function setMaintenance(situation: Situation, on: boolean): ActionOutcome {
  const leader = asLeader(situation);
  if (!('peer' in leader)) return leader;
  return {
    results: { 'maintenance-mode': on ? 'on' : 'off' },
    steps: [wake('to show it'), peerStep(leader.peer, { maintenance: on ? 'on' : '' })],
  };
}

/** Makes every later hook end without doing anything. */
export const startMaintenance: Action = async (_, observe) => setMaintenance(await observe(), true);

/** Ends that. */
export const stopMaintenance: Action = async (_, observe) => setMaintenance(await observe(), false);
