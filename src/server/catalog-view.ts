/** Facts about roles and databases that the planners of each part share. */
import type { CatalogFacts, DesiredGrant, RoleFacts } from './catalog-facts.ts';
import type { MajorTraits } from './versions.ts';

export interface CatalogContext {
  readonly traits: MajorTraits;
  /**
   * Fingerprint the password of a role should have; null when this pass does not know it (then the one set
   * stays).
   */
  readonly fingerprintOf: (role: string) => string | null;
}

export interface CatalogView {
  readonly context: CatalogContext;
  readonly seen: CatalogFacts;
  readonly roles: ReadonlyMap<string, RoleFacts>;
  /** All grants, refused ones included: what was given for them before stays until they are gone. */
  readonly wanted: readonly DesiredGrant[];
  /** All grants that are not refused. */
  readonly grants: readonly DesiredGrant[];
}
