/** The one table of the charm's endpoints. */
import type { ClientInterface } from './client-interface.ts';
import type { UserKind } from './names.ts';
import { pgsql } from './pgsql.ts';
import { postgresqlClient } from './postgresql-client.ts';
import type { ClientEndpoint } from './relation-facts.ts';

interface Endpoint {
  /** Name of the interface in metadata.yaml. */
  readonly interface: string;
  /** Events that have a hook. */
  readonly hooks: readonly ('created' | 'joined' | 'changed' | 'departed' | 'broken')[];
}

export interface ClientTable extends Endpoint {
  readonly endpoint: ClientEndpoint;
  /** Requests and answers. */
  readonly client: ClientInterface;
  /** Kind of user that a client gets when it asks for no attributes. */
  readonly userKind: UserKind;
}

/** Before a unit of a client has joined, nothing can be done for it. */
const onceJoined = ['joined', 'changed', 'departed', 'broken'] as const;
const all = ['created', ...onceJoined] as const;

const clients: readonly ClientTable[] = [
  { endpoint: 'db', interface: 'pgsql', hooks: onceJoined, client: pgsql, userKind: 'plain' },
  { endpoint: 'db-admin', interface: 'pgsql', hooks: onceJoined, client: pgsql, userKind: 'superuser' },
  {
    endpoint: 'master',
    interface: 'pgreplication',
    hooks: onceJoined,
    client: pgsql,
    userKind: 'replication',
  },
  {
    endpoint: 'database',
    interface: 'postgresql_client',
    hooks: onceJoined,
    client: postgresqlClient,
    userKind: 'plain',
  },
];

/** Endpoints of clients, by name. */
export const clientEndpoints = Object.fromEntries(clients.map((row) => [row.endpoint, row])) as Readonly<
  Record<ClientEndpoint, ClientTable>
>;

/** Endpoint of log collectors. */
export const collectorEndpoints = { syslog: { interface: 'syslog', hooks: all } } satisfies Table;

/** Endpoints that are declared and not served yet. */
export const unservedEndpoints = {
  'local-monitors': { interface: 'local-monitors', hooks: all },
  'nrpe-external-master': { interface: 'nrpe-external-master', hooks: all },
  data: { interface: 'block-storage', hooks: all },
} satisfies Table;

/** The peers. A peer relation is never broken while its unit lives; nothing is coordinated over the second one. */
export const peerEndpoints = {
  replication: { interface: 'pgpeer', hooks: ['created', 'joined', 'changed', 'departed'] },
  coordinator: { interface: 'coordinator', hooks: [] },
} satisfies Table;

type Table = Readonly<Record<string, Endpoint>>;

/** Every endpoint of metadata.yaml. */
export const endpoints: Table = {
  ...clientEndpoints,
  ...collectorEndpoints,
  ...unservedEndpoints,
  ...peerEndpoints,
};

/** True when `name` is an endpoint of clients. */
export function isClientEndpoint(name: string): name is ClientEndpoint {
  return Object.hasOwn(clientEndpoints, name);
}
