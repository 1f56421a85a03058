/** What an executor is: a function that carries out one kind of step. */
import type { PassContext } from '../pass/context.ts';
import type { Step } from '../plan/step.ts';

export type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>;

export type Executor<K extends Step['kind']> = (step: StepOf<K>, context: PassContext) => Promise<void>;

/** One executor for every kind in `K`; the compiler finds a missing one. */
export type Executors<K extends Step['kind']> = { readonly [Kind in K]: Executor<Kind> };
