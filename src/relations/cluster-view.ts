/** What clients are told about the servers. Plain JSON, made by the pass from its observation. */
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
  /** Servers that take sessions, this unit's own included. */
  readonly servers: readonly ServerAddress[];
  /** Relation → units that let its client in: role and database are there, the HBA lines are live. */
  readonly ready: Readonly<Record<string, readonly string[]>>;
  /** Whether Juju's secrets can be used. */
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

/** The primary and the standbys that let this relation's client in, standbys ordered by address. */
export function places(
  relation: ClientRelation,
  cluster: ClusterView,
): { readonly primary: Place | null; readonly standbys: readonly Place[] } {
  const ready = cluster.ready[relation.id] ?? [];
  const open = cluster.servers
    .filter(({ unit }) => ready.includes(unit))
    .map((server) =>
      server.unit === cluster.unit
        ? ownPlace(relation, cluster)
        : {
            unit: server.unit,
            host: server.addresses[relation.endpoint] ?? server.host,
            port: server.port,
          },
    );
  return {
    primary: open.find(({ unit }) => unit === cluster.primary) ?? null,
    standbys: open
      .filter(({ unit }) => unit !== cluster.primary)
      .toSorted((left, right) => (hostPort(left) < hostPort(right) ? -1 : 1)),
  };
}

/** `10.0.0.1:5432`, `[2001:db8::1]:5432`. */
export function hostPort({ host, port }: Place): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
