/** Juju's half of an observation, parsed once a round: options, the decision and the members, requests of clients. */
import { type DesiredGrants, desiredGrants } from '../relations/grants.ts';
import type { ReadRelation } from '../relations/read-relation.ts';
import { readRelation } from '../relations/requests.ts';
import { entryOf } from '../server/entry-of.ts';
import { answeredIn, answeredKey } from './clients/answered.ts';
import { applicationOf, type EventFacts } from './event.ts';
import type { Means } from './means.ts';
import { type Peers, readPeers } from './members/peers.ts';
import type { JujuFacts } from './observation.ts';
import type { ReadOptions } from './options/options.ts';
import { readOptions } from './options/read.ts';

export interface Reading {
  /** The facts that were parsed. */
  readonly of: JujuFacts;
  readonly options: ReadOptions;
  readonly peers: Peers;
  /** Client relations with their requests. */
  readonly relations: readonly ReadRelation[];
  /** Grants, HBA lines and problems of all client relations that are not going away. */
  readonly grants: DesiredGrants;
}

/** Parses what Juju says. Pure and total. Of `before`, an earlier reading, those parts are taken over whose facts are the same objects. */
export function readJuju(
  juju: JujuFacts,
  event: EventFacts,
  { md5 }: Pick<Means, 'md5'>,
  before: Reading | null = null,
): Reading {
  const isChanged = before?.of.options !== juju.options;
  const options =
    isChanged || before === null ? readOptions(juju.options, applicationOf(event.unit)) : before.options;
  const relations = relationsIn(juju, md5, before);
  const { databasePrivileges } = options.options;
  const isGranted = relations === before?.relations && options === before.options;
  const served = relations.filter(({ relation }) => !relation.broken);
  return {
    of: juju,
    options,
    peers: readPeers(juju, before),
    relations,
    grants: isGranted ? before.grants : desiredGrants(served, databasePrivileges, md5),
  };
}

function relationsIn(
  { clients, peer }: JujuFacts,
  md5: Means['md5'],
  before: Reading | null,
): Reading['relations'] {
  const text = peer?.application[answeredKey];
  const known = text === before?.of.peer?.application[answeredKey] ? (before?.relations ?? []) : [];
  const isSame =
    known.length === clients.length && known.every(({ relation }, index) => relation === clients[index]);
  if (isSame && before !== null) return before.relations;
  const answered = answeredIn(peer?.application);
  return clients.map(
    (client) =>
      known.find(({ relation }) => relation === client) ??
      readRelation(client, entryOf(answered, client.id), md5),
  );
}
