/** The claim on the machine: nothing else is planned before this unit has it (decision 18). */
import type { Status } from '../cluster/goal.ts';
import type { ClaimState } from '../server/claim.ts';
import type { Observation } from './observation.ts';
import type { Step } from './step.ts';

/** Returns whose the machine is. */
export function claimOf({ claim }: Pick<Observation, 'claim'>): ClaimState {
  return claim ?? { kind: 'own' };
}

type ClaimFacts = Pick<Observation, 'claim' | 'event'>;

/** Claims the machine, unless a unit that lives has it, or this one is in its last hook. */
export function planClaim(facts: ClaimFacts): Step[] {
  const { event } = facts;
  const state = claimOf(facts);
  if (state.kind === 'own' || state.kind === 'taken' || event.hook === 'remove') return [];
  const from = state.kind === 'left' ? state.by : null;
  return [{ kind: 'machine.claim', claim: { model: event.model ?? '', unit: event.unit }, from }];
}

/** After everything else in the last hook of this unit. */
export function planRelease(facts: ClaimFacts): Step[] {
  const isLast = claimOf(facts).kind === 'own' && facts.event.hook === 'remove';
  return isLast ? [{ kind: 'machine.release' }] : [];
}

/** Shown while the machine is not this unit's; null when it is. */
export function claimStatus(facts: ClaimFacts): Status | null {
  const { event } = facts;
  const state = claimOf(facts);
  switch (state.kind) {
    case 'own':
      return null;
    case 'taken':
      return {
        state: 'blocked',
        message: [
          `PostgreSQL on this machine belongs to ${state.by}: remove this unit (juju remove-unit ${event.unit})`,
          `and add one on another machine, or remove ${state.by} first`,
        ].join(' '),
      };
    default:
      return { state: 'maintenance', message: event.hook === 'remove' ? 'Removed' : 'Claiming the machine' };
  }
}
