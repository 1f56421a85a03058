/** Juju's half of an observation, parsed once a round: options, the decision and the members, requests of clients. */
import { type DesiredGrants, desiredGrants } from '../relations/grants.ts';
import type { ReadRelation } from '../relations/read-relation.ts';
import { readRelations } from '../relations/requests.ts';
import { answeredIn } from './clients/answered.ts';
import { applicationOf, type EventFacts } from './event.ts';
import type { Means } from './means.ts';
import { type Peers, readPeers } from './members/peers.ts';
import type { JujuFacts } from './observation.ts';
import type { ReadOptions } from './options/options.ts';
import { readOptions } from './options/read.ts';

export interface Reading {
  readonly options: ReadOptions;
  readonly peers: Peers;
  /** Client relations with their requests. */
  readonly relations: readonly ReadRelation[];
  /** Grants, HBA lines and problems of all client relations that are not going away. */
  readonly grants: DesiredGrants;
}

/** Parses what Juju says. Pure and total. */
export function readJuju(juju: JujuFacts, event: EventFacts, { md5 }: Pick<Means, 'md5'>): Reading {
  const options = readOptions(juju.options, applicationOf(event.unit));
  const relations = readRelations(juju.clients, answeredIn(juju.peer?.application), md5);
  const served = relations.filter(({ relation }) => !relation.broken);
  return {
    options,
    peers: readPeers(juju),
    relations,
    grants: desiredGrants(served, options.options.databasePrivileges, md5),
  };
}
