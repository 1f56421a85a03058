/** Roles and databases that client relations need, compared with what the server has. */
import type { DesiredGrants } from '../../relations/grants.ts';
import { type CatalogPlan, planCatalog } from '../../server/catalog.ts';
import { majorTraits } from '../../server/versions.ts';
import { fingerprintOf } from '../credentials.ts';
import type { Observation } from '../observation.ts';

/**
 * Steps on roles and databases; on a standby they only tell what has not been replicated to it yet. Null while the server or the
 * passwords cannot be looked at: nothing is known then, which is not that nothing is there.
 */
export function catalogPlan(observation: Observation, { grants, spared }: DesiredGrants): CatalogPlan | null {
  const { catalog, credentials, server } = observation;
  const traits = server.place === null ? null : majorTraits(server.place.major);
  const known = Object.keys(credentials.fingerprints).length > 0;
  if (catalog === null || traits === null || !known) return null;
  return planCatalog(grants, catalog, {
    traits,
    fingerprintOf: (role) => fingerprintOf(role, credentials),
    spared,
  });
}
