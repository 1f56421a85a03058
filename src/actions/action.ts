/** Form of an action: it decides and asks for steps; the shell takes them and reports the end. */
import type { Situation } from '../plan/situation.ts';
import type { Step } from '../plan/step.ts';

/** The end of an action: results, or the reason why it was refused. `pass`: a pass follows in the same process. */
export type ActionOutcome =
  | {
      readonly results: Readonly<Record<string, string>>;
      readonly steps: readonly Step[];
      readonly pass: boolean;
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

/** A step that changes the peers' application bag. */
export function peerStep(relation: string, content: Readonly<Record<string, string>>): Step {
  return { kind: 'bag.set', relation, owner: 'application', content };
}
