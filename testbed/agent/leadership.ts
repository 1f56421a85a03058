import type { UnitSnapshot } from '../protocol/agent-methods.ts';
import type { ControllerLink } from './controller-link.ts';

export interface Leadership {
  /** To be called with each snapshot: claims what is free, forgets what was taken away. */
  look(snapshot: UnitSnapshot): void;
  /** Claims or renews now. */
  claim(): Promise<void>;
  /** True only while at least half a lease is left; throws when that cannot be known. */
  isLeader(): Promise<boolean>;
}

/** Keeps the application's lease for its unit, apart from hooks: a unit in error stays leader. */
export function keepLeadership(link: ControllerLink): Leadership {
  let latest: UnitSnapshot | null = null;
  /** Time at which the last successful renewal was asked for; null when not the leader. */
  let renewedAtMs: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  const leaseMs = (): number => Number(latest?.model.config['testbed-lease-ms'] ?? 60_000);

  const claim = async (): Promise<void> => {
    const askedAtMs = performance.now();
    try {
      const { leader } = await link.request('lease.claim', {});
      renewedAtMs = leader ? askedAtMs : null;
    } catch {
      // Not reachable: what was promised before runs out by itself.
    }
    clearTimeout(timer);
    if (renewedAtMs !== null) timer = setTimeout(() => void claim(), leaseMs() / 2);
  };
  return {
    look(snapshot) {
      latest = snapshot;
      if (snapshot.leader !== snapshot.unit) renewedAtMs = null;
      const free = snapshot.leader === null && snapshot.life === 'alive';
      if (free || (snapshot.leader === snapshot.unit && renewedAtMs === null)) void claim();
    },
    claim,
    async isLeader() {
      const guaranteed = (): boolean =>
        renewedAtMs !== null && performance.now() - renewedAtMs < leaseMs() / 2;
      if (guaranteed()) return true;
      if (!link.isUp()) throw new Error('leadership status unknown: connection is shut down');
      if (latest?.leader != null && latest.leader !== latest.unit) return false;
      await claim();
      if (!link.isUp()) throw new Error('leadership status unknown: connection is shut down');
      return guaranteed();
    },
  };
}
