/** An executor carries out one kind of step. It gets what it needs of the pass, and reports what it has learnt. */
import type { Vault } from '../juju/vault.ts';
import type { EventFacts } from '../plan/event.ts';
import type { Memory } from '../plan/memory.ts';
import type { CredentialFacts, JujuFacts } from '../plan/observation.ts';
import type { Step } from '../plan/step.ts';
import type { ClusterPlace } from '../server/place.ts';

/** Facts of the pass that executors read, and where they leave what they change. */
export interface Applying {
  readonly event: EventFacts;
  /** The charm's own folder: templates, and the program jobs run. */
  readonly charmDirectory: string;
  readonly vault: Vault;
  readonly memory: Memory;
  /** Juju's half with what this hook has written; null before it was asked. */
  readonly juju: JujuFacts | null;
  readonly credentials: CredentialFacts;
  /** The charm's cluster as seen last; null before there is one. */
  readonly place: ClusterPlace | null;
  /** Changes the memory, on disk when this returns. */
  readonly remember: (change: Partial<Memory>) => Promise<void>;
  /** Changes Juju's half as the rest of the pass sees it. */
  readonly learn: (juju: JujuFacts) => void;
}

export type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>;

export type Executor<K extends Step['kind']> = (step: StepOf<K>, applying: Applying) => Promise<void>;

/** One executor for every kind in `K`; the compiler finds a missing one. */
export type Executors<K extends Step['kind']> = { readonly [Kind in K]: Executor<Kind> };
