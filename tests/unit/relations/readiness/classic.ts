/** Hook scripts that read host, port, user and password. */
import type { Bag } from '../../../../src/relations/relation-facts.ts';

const KEYS = ['host', 'port', 'user', 'password', 'database', 'state', 'allowed-units'];

/** The bag of the unit a classic client takes for the primary, or null. */
export function classicPrimary(units: readonly Bag[], ownUnit: string, database: string): Bag | null {
  const found = units.find((bag) => {
    if (!KEYS.every((key) => (bag[key] ?? '') !== '')) return false;
    if (!(bag['allowed-units'] ?? '').split(/\s+/).includes(ownUnit)) return false;
    if (bag['state'] === 'hot standby' || bag['state'] === 'failover') return false;
    if (bag['state'] === 'standalone' && units.length > 1) return false;
    return database === '' || bag['database'] === database;
  });
  return found ?? null;
}
