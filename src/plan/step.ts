/** Everything a plan can ask for, as plain data. */
import type { BagContent } from '../relations/relation-facts.ts';
import type { CatalogStep } from '../server/catalog-steps.ts';
import type { ServerStep } from '../server/server-steps.ts';

export type JujuStep =
  /** Merges `content` into a bag of this unit or (leader only) of the application; an empty text deletes its key. */
  | {
      readonly kind: 'bag.set';
      readonly relation: string;
      readonly owner: 'unit' | 'application';
      readonly content: BagContent;
    }
  /** Makes or renews a secret and grants it to a relation; its URI can then stand in a bag. */
  | {
      readonly kind: 'secret.publish';
      readonly relation: string;
      readonly label: string;
      readonly content: BagContent;
    }
  /** Removes a secret whose relation is gone. */
  | { readonly kind: 'secret.remove'; readonly label: string; readonly uri: string }
  /** Makes the root secret of all passwords and publishes where it is. */
  | { readonly kind: 'credentials.create' }
  | { readonly kind: 'port.open'; readonly port: number }
  | { readonly kind: 'version.set'; readonly version: string }
  /** Another pass soon after this hook: nobody wakes a leader for a decision it has committed itself. */
  | { readonly kind: 'wake.self'; readonly why: string };

export type Step = JujuStep | ServerStep | CatalogStep;

/** Object that a step's failure concerns: the steps after it in its lane that blame the same one rest on it. */
export type Blame =
  | { readonly on: 'machine' }
  | { readonly on: 'relation'; readonly relation: string }
  | { readonly on: 'database'; readonly database: string; readonly relation: string };

/** A step of a lane. */
export type PlannedStep = Step & { readonly blames: Blame };

/** A step that did not work, for the status and the log. */
export interface FailedStep {
  readonly step: PlannedStep;
  readonly reason: string;
}

/** The steps with whom they blame: a relation or its database where they name one, else the machine. */
export function blaming(steps: readonly Step[]): PlannedStep[] {
  return steps.map((step) => ({ ...step, blames: blameOf(step) }));
}

function blameOf(step: Step): Blame {
  if (!('relation' in step)) return { on: 'machine' };
  const { relation } = step;
  return 'database' in step
    ? { on: 'database', database: step.database, relation }
    : { on: 'relation', relation };
}

/** The same step asked for again has the same key. */
export function stepKey(step: Step): string {
  return JSON.stringify(step);
}
