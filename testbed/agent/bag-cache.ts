import type { BagContent } from '../protocol/agent-methods.ts';

/**
 * The agent's memory of remote units' bags in one relation. It survives between hooks: a member's bag is
 * fetched anew only for that unit's own -joined and -changed, so other hooks see it as of then.
 */
export interface BagCache {
  /** Forgets a unit's bag: its own hook is about to run. */
  invalidate(relationId: number, unit: string): void;
  /** Forgets units that are no members any more. */
  prune(relationId: number, members: string[]): void;
  read(relationId: number, unit: string, fetch: () => Promise<BagContent>): Promise<BagContent>;
}

export function makeBagCache(): BagCache {
  const relations = new Map<number, Map<string, BagContent>>();
  return {
    invalidate(relationId, unit) {
      relations.get(relationId)?.delete(unit);
    },
    prune(relationId, members) {
      const bags = relations.get(relationId);
      for (const unit of bags?.keys() ?? []) if (!members.includes(unit)) bags?.delete(unit);
    },
    async read(relationId, unit, fetch) {
      const bags = relations.get(relationId) ?? new Map<string, BagContent>();
      relations.set(relationId, bags);
      const known = bags.get(unit);
      if (known !== undefined) return known;
      const fetched = await fetch();
      bags.set(unit, fetched);
      return fetched;
    },
  };
}
