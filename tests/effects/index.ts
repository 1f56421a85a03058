/**
 * Effects of all steps: the model of apply that property tests and the simulation share. A new kind of step is written in two places:
 * its executor and its effect.
 */
import type { Observation, Step } from '../shipped.ts';
import { catalogEffects } from './catalog.ts';
import type { Effects } from './effect.ts';
import { jobEffects } from './jobs.ts';
import { jujuEffects } from './juju.ts';
import { serverEffects } from './server.ts';

const effects: Effects<Step['kind']> = { ...jujuEffects, ...serverEffects, ...jobEffects, ...catalogEffects };

/** The observation that follows `seen` when `step` has worked and nothing else has happened. */
export function after(seen: Observation, step: Step): Observation {
  const effect = effects[step.kind] as (seen: Observation, step: Step) => Observation;
  return effect(seen, step);
}
