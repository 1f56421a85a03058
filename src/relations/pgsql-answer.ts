/** Answers over `db`, `db-admin` and `master`: the classic keys and the connection strings. */
import { entryOf } from '../server/entry-of.ts';
import type { ClientRequest } from './client-request.ts';
import { type ClusterView, letsIn, ownPlace, places } from './cluster-view.ts';
import { connectionString } from './connection-text.ts';
import type { ReadRelation } from './read-relation.ts';
import type { Answer, BagContent, BagPart, BagText, ClientRelation } from './relation-facts.ts';
import { silentAnswer, withdrawn } from './silence.ts';

/**
 * The content of this unit's bag and, on the leader, of the application bag, for a request that is met. A unit
 * that has never let the client in says nothing: connection strings without credentials of its own make
 * clients wait for ever. One that has answered before keeps its answer in step even while its own server is
 * down, because some clients believe the first unit they look at.
 */
export function pgsqlAnswer(read: ReadRelation, request: ClientRequest, cluster: ClusterView): Answer {
  const { relation, answered } = read;
  const speaks = answered.length > 0 || letsIn(cluster, cluster.unit, request);
  const isPlaced = ownPlace(relation, cluster).host !== '' && read.access.networks.length > 0;
  if (!speaks || !isPlaced || cluster.version === null) return silentAnswer;
  return {
    unit: unitBag(read, request, cluster),
    application:
      cluster.leader && readsApplicationBags(relation) ? sharedContent(read, request, cluster) : null,
    secrets: [],
    answered: null,
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

function unitBag(read: ReadRelation, request: ClientRequest, cluster: ClusterView): BagContent {
  const { relation, access } = read;
  const own = ownPlace(relation, cluster);
  const password = [{ passwordOf: request.user }];
  return {
    ...sharedContent(read, request, cluster),
    'allowed-units': allowed(read, cluster, 'allowed-units', access.units.join(' ')),
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
function sharedContent(read: ReadRelation, request: ClientRequest, cluster: ClusterView): BagContent {
  const { relation, access } = read;
  const { primary, standbys } = places(relation, request, cluster);
  const strings = standbys.map((place) => connectionString(place, request.database, request.user));
  const { roles = '', extensions = '' } = request.text;
  const content: Record<string, BagText> = {
    ...withdrawn(['master', 'standbys']),
    // Clients take the echo for a grant, so it is that of a request that is met.
    ...(relation.endpoint === 'master' ? withdrawn(['roles', 'extensions']) : { roles, extensions }),
    'allowed-subnets': allowed(read, cluster, 'allowed-subnets', access.subnets.join(',')),
    database: request.database,
    version: (cluster.version ?? '').split('.')[0] ?? '',
  };
  if (primary !== null) {
    content['master'] = connectionString(primary, request.database, request.user);
  }
  if (strings.length > 0) content['standbys'] = joinedByLine(strings);
  return content;
}

/** Units that the rules let in: as published before, while the server has not loaded the newest. */
function allowed(
  { relation, answered }: ReadRelation,
  cluster: ClusterView,
  key: string,
  now: string,
): string {
  return cluster.rulesLoaded || answered.length === 0 ? now : (entryOf(relation.ownBag, key) ?? now);
}

function joinedByLine(texts: readonly (readonly BagPart[])[]): BagPart[] {
  return texts.flatMap((text, index) => (index === 0 ? text : ['\n', ...text]));
}
