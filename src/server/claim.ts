/** Claims on machines: a cluster belongs to a unit by a claim by model and unit, never mere presence. */

/** Written before anything of a cluster is made, and read before anything is touched. */
export interface Claim {
  /** UUID of the model: the same name in another one is another unit. */
  readonly model: string;
  readonly unit: string;
}

/** Traces of a charm on the machine. */
export interface ClaimTraces {
  readonly claim: Claim | null;
  /** Notes of a charm that wrote no claims yet, or lost its one: their unit (null: they do not tell), and when they were written last. */
  readonly notes: { readonly unit: string | null; readonly writtenMs: number } | null;
  /** Time when the agent of this unit came to this machine; null when that cannot be told. */
  readonly agentSinceMs: number | null;
  /** Units whose agents are on this machine, this one among them. */
  readonly agents: readonly string[];
}

/**
 * `own`: this unit's. `free`: nobody's. `former`: this unit's by notes that it has written itself before there were claims. `left`: of a unit
 * that is gone. `taken`: of one that lives.
 */
export type ClaimState =
  | { readonly kind: 'own' }
  | { readonly kind: 'free' }
  | { readonly kind: 'former' }
  | { readonly kind: 'left'; readonly by: string }
  | { readonly kind: 'taken'; readonly by: string };

/** Judges the traces for the unit of an event. Pure. */
export function judgeClaim(traces: ClaimTraces, { model, unit }: Claim, hook: string): ClaimState {
  const { claim, notes, agents } = traces;
  if (claim !== null) {
    const isSameModel = claim.model === model || model === '' || claim.model === '';
    if (claim.unit === unit) {
      return isSameModel ? { kind: 'own' } : { kind: 'left', by: `${unit} of model ${claim.model}` };
    }
    return { kind: agents.includes(claim.unit) ? 'taken' : 'left', by: claim.unit };
  }
  if (notes === null) return { kind: 'free' };
  if (notes.unit !== null && notes.unit !== unit) {
    return { kind: agents.includes(notes.unit) ? 'taken' : 'left', by: notes.unit };
  }
  return isProven(traces, hook) ? { kind: 'former' } : { kind: 'left', by: 'a unit before this one' };
}

/** A unit is upgraded only where it has run, and notes younger than its agent are its own. */
function isProven({ notes, agentSinceMs }: ClaimTraces, hook: string): boolean {
  if (hook === 'upgrade-charm') return true;
  return notes !== null && agentSinceMs !== null && notes.writtenMs >= agentSinceMs;
}
