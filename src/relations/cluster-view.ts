/** The servers as clients are to see them. Plain JSON, made by the plan from its observation. */

import { entryOf } from '../server/entry-of.ts';
import type { ClientRequest } from './client-request.ts';
import type { ClientRelation } from './relation-facts.ts';

/** The words of the wire. `failover`: this unit has no server to offer now, or the cluster has no primary. */
export type PublishedState = 'standalone' | 'master' | 'hot standby' | 'failover';

/** A server that takes sessions. */
export interface ServerAddress {
  readonly unit: string;
  readonly host: string;
  readonly port: number;
  /** Endpoint → the unit's address for it, where it differs from `host` (network spaces, other models). */
  readonly addresses: Readonly<Record<string, string>>;
}

export interface ClusterView {
  /** This unit, its address towards its peers and its port. */
  readonly unit: string;
  readonly host: string;
  readonly port: number;
  readonly leader: boolean;
  readonly state: PublishedState;
  /** Server version (`15.9`); null until PostgreSQL is installed. */
  readonly version: string | null;
  /** The unit that takes writes; null while there is none. */
  readonly primary: string | null;
  /** Servers that take sessions and follow the primary, this unit's own included. */
  readonly servers: readonly ServerAddress[];
  /**
   * Relation → unit → marks of the requests that this unit has met: it lets the client in, all it asked for is
   * there. A request once answered stays among them while its client can log in.
   */
  readonly ready: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** The server has loaded the rules that let clients in. Until then no more of a client's units are told to come. */
  readonly rulesLoaded: boolean;
  /** Juju's secrets can be used. */
  readonly secrets: boolean;
  /** Certificate authority clients can verify the servers with; null when there is none. */
  readonly certificateAuthority: string | null;
}

export interface Place {
  readonly unit: string;
  readonly host: string;
  readonly port: number;
}

/** This unit's address for a relation. */
export function ownPlace(relation: ClientRelation, cluster: ClusterView): Place {
  return { unit: cluster.unit, host: relation.ingressAddress ?? cluster.host, port: cluster.port };
}

/** Mark that stands for whichever request: units of an older charm do not name them. */
export const anyMark = '*';

/** True when `unit` has met the request. */
export function letsIn({ ready }: ClusterView, unit: string, { relation, mark }: ClientRequest): boolean {
  const marks = entryOf(entryOf(ready, relation), unit) ?? [];
  return marks.includes(mark) || marks.includes(anyMark);
}

/**
 * The primary and the standbys that let a request's client in, standbys ordered by address. The primary need
 * not have met this very request: it may be ahead of this unit.
 */
export function places(
  relation: ClientRelation,
  request: ClientRequest,
  cluster: ClusterView,
): { readonly primary: Place | null; readonly standbys: readonly Place[] } {
  const open = cluster.servers.filter(({ unit }) =>
    unit === cluster.primary
      ? (entryOf(entryOf(cluster.ready, relation.id), unit) ?? []).length > 0
      : letsIn(cluster, unit, request),
  );
  const found = open.map((server) =>
    server.unit === cluster.unit
      ? ownPlace(relation, cluster)
      : {
          unit: server.unit,
          host: server.addresses[relation.endpoint] ?? server.host,
          port: server.port,
        },
  );
  return {
    primary: found.find(({ unit }) => unit === cluster.primary) ?? null,
    standbys: found
      .filter(({ unit }) => unit !== cluster.primary)
      .toSorted((left, right) => (hostPort(left) < hostPort(right) ? -1 : 1)),
  };
}

/** `10.0.0.1:5432`, `[2001:db8::1]:5432`. */
export function hostPort({ host, port }: Place): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
