/**
 * A client relation as Juju shows it. Bags are strangers' text until a room of this folder has parsed them.
 */

import type { RequestText } from './request-text.ts';

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
  /** Published by this unit so far, as committed. */
  readonly ownBag: Bag;
  /** Published by the application so far; null where this unit may not read it (not the leader). */
  readonly ownApplicationBag: Bag | null;
  /** This side's addresses for this relation (network-get). */
  readonly ingressAddress: string | null;
  readonly broken: boolean;
}

/** A relation of endpoint `syslog`. */
export interface SyslogRelation {
  /** `syslog:7` */
  readonly id: string;
  readonly remoteUnits: Readonly<Record<string, Bag>>;
  readonly broken: boolean;
}

/**
 * A piece of text for a bag or a secret. A password is never in a plan: `{ passwordOf: role }` stands in
 * its place; `{ secretUri: label }` stands for the address Juju gave the secret of that label. The executor
 * that writes fills both in.
 */
export type BagPart = string | { readonly passwordOf: string } | { readonly secretUri: string };

/** An array is joined without separator. */
export type BagText = string | readonly BagPart[];

/** Wanted content of a bag. An empty text deletes its key; keys not named are not the charm's. */
export type BagContent = Readonly<Record<string, BagText>>;

/**
 * A secret owned by the application and granted to one relation. A change of `content` is a new revision of
 * it.
 */
export interface DesiredSecret {
  readonly label: string;
  /** `database:5` */
  readonly grantTo: string;
  readonly content: BagContent;
}

/** Contents to publish on one relation. Null: leave the bag as it is, the client is not served from here yet. */
export interface Answer {
  readonly unit: BagContent | null;
  readonly application: BagContent | null;
  readonly secrets: readonly DesiredSecret[];
  /** Requests over `database` that the application bag shows as met; null: those that it showed before. */
  readonly answered: readonly RequestText[] | null;
}
