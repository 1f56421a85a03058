/** A client relation as Juju shows it. Bags are strangers' text until a room of this folder has parsed them. */

export type ClientEndpoint = 'db' | 'db-admin' | 'master' | 'database';

export type Bag = Readonly<Record<string, string>>;

export interface ClientRelation {
  /** `db:3` */
  readonly id: string;
  readonly endpoint: ClientEndpoint;
  readonly remoteApplication: string;
  readonly remoteApplicationBag: Bag;
  /** Remote units with their bags; a departing unit is not among them. */
  readonly remoteUnits: Readonly<Record<string, Bag>>;
  /** What this unit has published so far, as committed. */
  readonly ownBag: Bag;
  /** What the application has published so far; null where this unit may not read it (not the leader). */
  readonly ownApplicationBag: Bag | null;
  /** This side's addresses for this relation (network-get). */
  readonly ingressAddress: string | null;
  readonly broken: boolean;
}

/**
 * Text for a bag. A password is never in a plan: `{ passwordOf: role }` stands in its place, and the executor that writes the bag
 * fills it in. An array is joined without separator.
 */
export type BagText = string | readonly (string | { readonly passwordOf: string })[];

/** The whole wanted content of a bag: keys not named are deleted by the writer only if the charm wrote them before. */
export type BagContent = Readonly<Record<string, BagText>>;
