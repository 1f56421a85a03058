/** What is published over `db`, `db-admin` and `master`: the classic keys and the connection strings. */
import type { ClientRequest } from './client-request.ts';
import { type ClusterView, ownPlace, places } from './cluster-view.ts';
import { connectionString } from './connection-text.ts';
import { pgsqlRequestText } from './pgsql-request.ts';
import type { Answer, BagContent, BagPart, BagText, ClientRelation } from './relation-facts.ts';
import type { ReadRelation } from './requests.ts';
import { silentAnswer, withdrawn } from './silence.ts';

const ECHOED_KEYS = ['roles', 'extensions'] as const;

/**
 * The content of this unit's bag and, on the leader, of the application bag. A unit that has never let the
 * client in says nothing: connection strings without credentials of its own make clients wait for ever. One
 * that has answered before keeps its answer in step even while its own server is down, because some clients
 * believe the first unit they look at.
 */
export function pgsqlAnswer(read: ReadRelation, request: ClientRequest, cluster: ClusterView): Answer {
  const { relation } = read;
  const speaks = isReady(relation, cluster) || answersAlready(relation, request);
  if (!speaks || cluster.version === null) return silentAnswer;
  return {
    unit: unitBag(read, request, cluster),
    application:
      cluster.leader && readsApplicationBags(relation) ? sharedContent(read, request, cluster) : null,
    secrets: [],
  };
}

/**
 * Only clients that write application bags themselves get one: they believe it before any unit's, and its
 * writer, the leader, outlives a dead unit. For others it would only bring hooks that name no unit, which
 * scripts written before there were application bags fail in.
 */
export function readsApplicationBags({
  remoteApplicationBag,
}: Pick<ClientRelation, 'remoteApplicationBag'>): boolean {
  return Object.values(remoteApplicationBag).some((text) => text !== '');
}

function isReady(relation: ClientRelation, cluster: ClusterView): boolean {
  return (cluster.ready[relation.id] ?? []).includes(cluster.unit);
}

function answersAlready(relation: ClientRelation, request: ClientRequest): boolean {
  return (relation.ownBag['host'] ?? '') !== '' && relation.ownBag['database'] === request.database;
}

function unitBag(read: ReadRelation, request: ClientRequest, cluster: ClusterView): BagContent {
  const { relation, access } = read;
  const own = ownPlace(relation, cluster);
  const password = [{ passwordOf: request.user }];
  return {
    ...sharedContent(read, request, cluster),
    'allowed-units': access.units.join(' '),
    host: own.host,
    port: String(own.port),
    user: request.user,
    password,
    schema_user: request.user,
    schema_password: password,
    state: cluster.primary === null ? 'failover' : cluster.state,
  };
}

/** The part that is the same on every unit. */
function sharedContent(
  { relation, access }: ReadRelation,
  request: ClientRequest,
  cluster: ClusterView,
): BagContent {
  const { primary, standbys } = places(relation, cluster);
  const strings = standbys.map((place) => connectionString(place, request.database, request.user));
  const content: Record<string, BagText> = {
    ...withdrawn(['master', 'standbys']),
    ...echo(relation, cluster),
    'allowed-subnets': access.subnets.join(','),
    database: request.database,
    version: (cluster.version ?? '').split('.')[0] ?? '',
  };
  if (primary !== null) {
    content['master'] = connectionString(primary, request.database, request.user);
  }
  if (strings.length > 0) content['standbys'] = joinedByLine(strings);
  return content;
}

/** Clients take the echo for a grant, so a wish that is not met (yet) leaves what was echoed before. */
function echo(relation: ClientRelation, cluster: ClusterView): BagContent {
  if (!isReady(relation, cluster)) return {};
  if (relation.endpoint === 'master') return withdrawn(ECHOED_KEYS);
  const { roles, extensions } = pgsqlRequestText(relation);
  return { roles, extensions };
}

function joinedByLine(texts: readonly (readonly BagPart[])[]): BagPart[] {
  return texts.flatMap((text, index) => (index === 0 ? text : ['\n', ...text]));
}
