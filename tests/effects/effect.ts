/** The form of an effect: how an observation looks after one step of a plan. */
import type { Observation, Step } from '../shipped.ts';

export type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>;

/** Pure. A step changes nothing but what its effect says; the rest of the object is the one before. */
export type Effect<K extends Step['kind']> = (seen: Observation, step: StepOf<K>) => Observation;

/** One effect for every kind in `K`; the compiler finds a missing one. */
export type Effects<K extends Step['kind']> = { readonly [Kind in K]: Effect<Kind> };
