/** The claim on the machine, as facts. */
import type { EventFacts } from '../plan/event.ts';
import { readTraces } from '../postgres/claim.ts';
import { debianRoots } from '../postgres/machine.ts';
import { type ClaimState, judgeClaim } from '../server/claim.ts';

/** Looks whose the machine is. A claim that cannot be read changes nothing of what was begun. */
export async function observeClaim(event: EventFacts, charmDirectory: string): Promise<ClaimState> {
  const own = { model: event.model ?? '', unit: event.unit };
  const traces = await readTraces(debianRoots, charmDirectory).catch(() => null);
  return traces === null ? { kind: 'own' } : judgeClaim(traces, own, event.hook);
}
