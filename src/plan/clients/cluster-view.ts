/** The cluster as clients are to see it. */
import type { ClusterView, PublishedState, ServerAddress } from '../../relations/cluster-view.ts';
import { entryOf } from '../../server/entry-of.ts';
import { areRulesInForce } from '../../server/server-plan.ts';
import { hasSecrets } from '../event.ts';
import { serverVersion } from '../members/member-view.ts';
import type { Situation } from '../situation.ts';
import { addressesIn, type ReadyMarks, readyIn } from './peer-notes.ts';
import { primaryUnit } from './primary.ts';
import { readers } from './readers.ts';

/** The view that answers are made from. `ready` are requests that this unit has met. */
export function clusterView(situation: Situation, ready: ReadyMarks): ClusterView {
  const { observation, reading } = situation;
  const { event, juju, server } = observation;
  const host =
    juju.peer?.host ?? juju.clients.find((client) => client.ingressAddress !== null)?.ingressAddress ?? '';
  const port = server.place?.port ?? 5432;
  const own: ServerAddress = { unit: event.unit, host, port, addresses: {} };
  const primary = primaryUnit(situation);
  const offered = new Set([...(primary === null ? [] : [primary]), ...readers(situation)]);
  const others = reading.peers.others.flatMap(({ unit, facts, unread }): ServerAddress[] => {
    const at = facts ?? unread;
    if (at === null) return [];
    const addresses = addressesIn(entryOf(juju.peer?.members, unit));
    return [{ unit, host: at.host, port: at.port, addresses }];
  });
  return {
    unit: event.unit,
    host,
    port,
    leader: juju.leader,
    state: publishedState(situation),
    version: serverVersion(observation),
    primary,
    servers: [own, ...others].filter(({ unit }) => offered.has(unit)),
    ready: readyByRelation(situation, ready),
    rulesLoaded: areRulesInForce(server),
    secrets: hasSecrets(event.jujuVersion),
    certificateAuthority: null,
  };
}

function publishedState({ member: { clientRole }, reading }: Situation): PublishedState {
  if (clientRole === null) return 'failover';
  if (clientRole === 'standby') return 'hot standby';
  return reading.peers.others.length === 0 ? 'standalone' : 'master';
}

/** Relation → unit → requests it has met, by each one's own word. */
function readyByRelation(
  { observation: { event, juju }, reading: { peers } }: Situation,
  here: ReadyMarks,
): ClusterView['ready'] {
  const units = [
    [event.unit, here] as const,
    ...peers.others.map(({ unit }) => [unit, readyIn(entryOf(juju.peer?.members, unit))] as const),
  ];
  return Object.fromEntries(
    juju.clients.map(({ id }) => [
      id,
      Object.fromEntries(units.map(([unit, ready]) => [unit, entryOf(ready, id) ?? []])),
    ]),
  );
}
