/** What client relations need: of the catalog, and of the bags that answer them. */
import type { MemberOutcome } from '../../cluster/member.ts';
import { endpointOf, hasSecrets } from '../../pass/event.ts';
import { answerOf } from '../../relations/answers.ts';
import type { ClusterView, PublishedState, ServerAddress } from '../../relations/cluster-view.ts';
import { type DesiredGrants, desiredGrants } from '../../relations/grants.ts';
import type { Answer, Bag, ClientRelation } from '../../relations/relation-facts.ts';
import { type CatalogPlan, planCatalog } from '../../server/catalog.ts';
import { majorTraits } from '../../server/versions.ts';
import { md5Hex } from '../../system/entropy.ts';
import { type ReadPeers, serverVersion } from '../members/views.ts';
import type { Observation } from '../observation.ts';
import type { CharmOptions } from '../options/read.ts';

/** Keys of the peer unit bag that tell the other members about this unit's clients. */
export const readyKey = 'ready';
export const addressesKey = 'addresses';
/** Generations of renewed passwords that this unit's server has: others tell their clients when it changes. */
const passwordsKey = 'passwords';

/** Grants, HBA lines and problems of all client relations that are not going away. */
export function clientWishes({ juju }: Pick<Observation, 'juju'>, options: CharmOptions): DesiredGrants {
  const served = juju.clients.filter(({ broken }) => !broken);
  return desiredGrants(served, options.databasePrivileges, md5Hex);
}

const nothingPlanned: CatalogPlan = { steps: [], problems: {}, ready: [] };

/** Steps on roles and databases; on a standby they only tell what has not been replicated to it yet. */
export function planClients(observation: Observation, wishes: DesiredGrants): CatalogPlan {
  const { catalog, credentials, server } = observation;
  const traits = server.place === null ? null : majorTraits(server.place.major);
  const known = Object.keys(credentials.fingerprints).length > 0;
  if (catalog === null || traits === null || !known) return nothingPlanned;
  const fingerprintOf = (role: string): string | null =>
    credentials.fingerprints[String(credentials.generations[role] ?? 1)] ?? null;
  return planCatalog(wishes.grants, catalog, { traits, fingerprintOf });
}

/** Relations that this unit lets in now: their roles and databases are there and the rules that admit them are loaded. */
export function readyHere(
  observation: Observation,
  outcome: MemberOutcome,
  catalog: CatalogPlan,
): readonly string[] {
  const { running } = observation.server;
  const live = running !== null && !running.reloadPending && running.configurationErrors.length === 0;
  return live && outcome.clientRole !== null ? catalog.ready : [];
}

/** The cluster as clients are to see it. */
export function clusterView(
  observation: Observation,
  peers: ReadPeers,
  outcome: MemberOutcome,
  ready: readonly string[],
): ClusterView {
  const { event, juju, server } = observation;
  const host =
    juju.peer?.host ?? juju.clients.find((client) => client.ingressAddress !== null)?.ingressAddress ?? '';
  const port = server.place?.port ?? 5432;
  const own: ServerAddress = { unit: event.unit, host, port, addresses: {} };
  const others = peers.others.flatMap(({ unit, facts }): ServerAddress[] => {
    if (facts?.role !== 'primary' && facts?.role !== 'standby') return [];
    const bag = juju.peer?.members[unit] ?? {};
    return [{ unit, host: facts.host, port: facts.port, addresses: readAddresses(bag) }];
  });
  return {
    unit: event.unit,
    host,
    port,
    leader: juju.leader,
    state: publishedState(outcome, peers),
    version: serverVersion(observation),
    primary: primaryUnit(event.unit, outcome, peers),
    servers: outcome.clientRole === null ? others : [own, ...others],
    ready: readyByRelation(observation, peers, ready),
    secrets: hasSecrets(event.jujuVersion),
    certificateAuthority: null,
  };
}

function publishedState({ clientRole }: MemberOutcome, { others }: ReadPeers): PublishedState {
  if (clientRole === null) return 'failover';
  if (clientRole === 'standby') return 'hot standby';
  return others.length === 0 ? 'standalone' : 'master';
}

function primaryUnit(unit: string, outcome: MemberOutcome, { decision, others }: ReadPeers): string | null {
  if (outcome.clientRole === 'primary') return unit;
  const named = others.find((member) => member.unit === decision?.primary);
  return named?.facts?.role === 'primary' ? named.unit : null;
}

/** Relation → units that let it in, as each says of itself. */
function readyByRelation(
  { event, juju }: Observation,
  { others }: ReadPeers,
  here: readonly string[],
): Record<string, string[]> {
  return Object.fromEntries(
    juju.clients.map(({ id }) => {
      const elsewhere = others
        .filter(({ unit }) => (juju.peer?.members[unit]?.[readyKey] ?? '').split(' ').includes(id))
        .map(({ unit }) => unit);
      return [id, here.includes(id) ? [event.unit, ...elsewhere] : elsewhere];
    }),
  );
}

/** What the other members need to know about this unit's clients. */
export function peerNotes(observation: Observation, ready: readonly string[]): Record<string, string> {
  const { credentials, juju } = observation;
  const renewed = Object.keys(credentials.generations)
    .toSorted()
    .flatMap((role) => (credentials.told[role] === undefined ? [] : `${role}:${credentials.told[role]}`));
  const addresses = Object.fromEntries(
    juju.clients.flatMap(({ id, ingressAddress }) =>
      ingressAddress === null || ingressAddress === juju.peer?.host ? [] : [[endpointOf(id), ingressAddress]],
    ),
  );
  const differ = Object.keys(addresses).length > 0;
  return {
    [passwordsKey]: renewed.join(' '),
    [readyKey]: ready.toSorted().join(' '),
    [addressesKey]: differ ? JSON.stringify(addresses, Object.keys(addresses).toSorted()) : '',
  };
}

function readAddresses(bag: Bag): Record<string, string> {
  try {
    const value: unknown = JSON.parse(bag[addressesKey] ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

/** The answers to all client relations, and each relation's bags to compare them with. */
export function planAnswers(
  { juju }: Observation,
  cluster: ClusterView,
  problems: Readonly<Record<string, string>>,
): readonly { readonly relation: ClientRelation; readonly answer: Answer }[] {
  return juju.clients.map((relation) => ({
    relation,
    answer: answerOf(relation, cluster, problems[relation.id] ?? null, md5Hex),
  }));
}
