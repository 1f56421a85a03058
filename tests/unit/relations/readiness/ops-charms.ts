/**
 * ops-lib-pgsql 1.4: the application bag first, then units by name; the first with a connection string that
 * is ready wins.
 */
import type { Bag } from '../../../../src/relations/relation-facts.ts';
import type { ReactiveRequest } from './reactive.ts';

/**
 * The connection string of the key `master` or `standbys` that the client would use, or null while it
 * waits.
 */
export function opsConnection(
  applicationBag: Bag,
  units: readonly Bag[],
  key: 'master' | 'standbys',
  request: ReactiveRequest,
): string | null {
  const bag = [applicationBag, ...units].find((one) => (one[key] ?? '') !== '' && isReady(one, request));
  return bag?.[key] ?? null;
}

function isReady(bag: Bag, request: ReactiveRequest): boolean {
  if (request.database !== '' && bag['database'] !== request.database) return false;
  if ((bag['roles'] ?? '') !== request.roles || (bag['extensions'] ?? '') !== request.extensions)
    return false;
  const allowed = (bag['allowed-subnets'] ?? '').split(',');
  return request.egress.every((subnet) => allowed.includes(subnet));
}
