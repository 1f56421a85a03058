/** The cluster as clients are to see it. */
import type { ClusterView, PublishedState, ServerAddress } from '../../relations/cluster-view.ts';
import { areRulesInForce } from '../../server/server-plan.ts';
import { hasSecrets } from '../event.ts';
import { serverVersion } from '../members/member-view.ts';
import type { Situation } from '../situation.ts';
import { addressesIn, readyIn } from './peer-notes.ts';

/** Relations that this unit lets in now: their roles and databases are there and the rules that admit them are loaded. */
export function readyHere({ observation, member, catalog }: Situation): readonly string[] {
  return areRulesInForce(observation.server) && member.clientRole !== null ? catalog.ready : [];
}

/** The view that answers are made from. `ready` are relations this unit lets in. */
export function clusterView(situation: Situation, ready: readonly string[]): ClusterView {
  const { observation, reading, member } = situation;
  const { event, juju, server } = observation;
  const host =
    juju.peer?.host ?? juju.clients.find((client) => client.ingressAddress !== null)?.ingressAddress ?? '';
  const port = server.place?.port ?? 5432;
  const own: ServerAddress = { unit: event.unit, host, port, addresses: {} };
  const others = reading.peers.others.flatMap(({ unit, facts }): ServerAddress[] => {
    if (facts?.role !== 'primary' && facts?.role !== 'standby') return [];
    return [{ unit, host: facts.host, port: facts.port, addresses: addressesIn(juju.peer?.members[unit]) }];
  });
  return {
    unit: event.unit,
    host,
    port,
    leader: juju.leader,
    state: publishedState(situation),
    version: serverVersion(observation),
    primary: primaryUnit(situation),
    servers: member.clientRole === null ? others : [own, ...others],
    ready: readyByRelation(situation, ready),
    secrets: hasSecrets(event.jujuVersion),
    certificateAuthority: null,
  };
}

function publishedState({ member: { clientRole }, reading }: Situation): PublishedState {
  if (clientRole === null) return 'failover';
  if (clientRole === 'standby') return 'hot standby';
  return reading.peers.others.length === 0 ? 'standalone' : 'master';
}

function primaryUnit({ observation, member, reading: { peers } }: Situation): string | null {
  if (member.clientRole === 'primary') return observation.event.unit;
  const named = peers.others.find(({ unit }) => unit === peers.decision?.primary);
  return named?.facts?.role === 'primary' ? named.unit : null;
}

/** Relation → units that let it in, by each one's own word. */
function readyByRelation(
  { observation: { event, juju }, reading: { peers } }: Situation,
  here: readonly string[],
): Record<string, string[]> {
  const elsewhere = peers.others.map(({ unit }) => [unit, readyIn(juju.peer?.members[unit])] as const);
  return Object.fromEntries(
    juju.clients.map(({ id }) => {
      const units = elsewhere.filter(([, ready]) => ready.includes(id)).map(([unit]) => unit);
      return [id, here.includes(id) ? [event.unit, ...units] : units];
    }),
  );
}
