/** Facts about roles and databases that the planners of each part share. */
import type { CatalogFacts, DatabaseNote, DesiredGrant, RoleFacts, RoleNote } from './catalog-facts.ts';
import type { MajorTraits } from './versions.ts';

export interface CatalogContext {
  readonly traits: MajorTraits;
  /**
   * Fingerprint the password of a role should have; null when this pass does not know it (then the one set
   * stays).
   */
  readonly fingerprintOf: (role: string) => string | null;
  /** Users that nothing is taken from, because a request of theirs cannot be read. */
  readonly spared: readonly string[];
}

export interface CatalogView {
  readonly context: CatalogContext;
  readonly seen: CatalogFacts;
  readonly roles: ReadonlyMap<string, RoleFacts>;
  /** Roles that the charm made, by name. */
  readonly known: ReadonlyMap<string, RoleNote>;
  /** Databases that clients of the charm have, by name. */
  readonly databases: ReadonlyMap<string, DatabaseNote>;
  /** All grants, refused ones included. */
  readonly desired: readonly DesiredGrant[];
  /** All grants that are not refused. */
  readonly grants: readonly DesiredGrant[];
  /** Users with a request that is refused: what they were given before stays until it is corrected. */
  readonly spared: ReadonlySet<string>;
}
