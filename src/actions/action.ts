/** Form of an action: it decides and asks for steps; the shell takes them and reports the end. */
import type { Situation } from '../plan/situation.ts';
import type { Step } from '../plan/step.ts';

/**
 * The end of an action: results, or the reason why it was refused. Its steps are taken in order, and the task succeeds only when all are: what
 * may fail comes before what is written.
 */
export type ActionOutcome =
  | {
      readonly results: Readonly<Record<string, string>>;
      readonly steps: readonly Step[];
    }
  | { readonly refusal: string; readonly steps: readonly Step[] };

/** `observe` gathers the facts of a round; an action that needs none does not call it. */
export type Action = (
  parameters: Readonly<Record<string, unknown>>,
  observe: () => Promise<Situation>,
) => Promise<ActionOutcome>;

/** A refusal. */
export function refuse(refusal: string, steps: readonly Step[] = []): ActionOutcome {
  return { refusal, steps };
}

/** The peer relation's id when this unit leads, else the refusal. */
export function asLeader({ observation: { juju } }: Situation): { readonly peer: string } | ActionOutcome {
  if (!juju.leader || juju.peer === null)
    return refuse('run it on the leader; juju status marks it with a star');
  return { peer: juju.peer.id };
}

/** Another pass as soon as the action has ended and is committed. */
export function wake(why: string): Step {
  return { kind: 'wake.self', why };
}

/** A step that changes the peers' application bag. */
export function peerStep(relation: string, content: Readonly<Record<string, string>>): Step {
  return { kind: 'bag.set', relation, owner: 'application', content };
}
