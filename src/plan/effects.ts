/** Effects of steps on Juju's half of an observation: a hook sees what it has written itself. */
import type { Bag, ClientRelation } from '../relations/relation-facts.ts';
import type { JujuFacts, PeerFacts } from './observation.ts';

/** Juju's half after `content` (redacted) has been merged into a bag. */
export function withBag(
  juju: JujuFacts,
  relation: string,
  owner: 'unit' | 'application',
  content: Bag,
): JujuFacts {
  if (juju.peer?.id === relation) return { ...juju, peer: withPeerBag(juju.peer, owner, content) };
  return {
    ...juju,
    clients: juju.clients.map((client) =>
      client.id === relation ? withClientBag(client, owner, content) : client,
    ),
    syslog: juju.syslog.map((entry) =>
      entry.id === relation ? { ...entry, ownBag: merged(entry.ownBag, content) } : entry,
    ),
  };
}

function withPeerBag(peer: PeerFacts, owner: 'unit' | 'application', content: Bag): PeerFacts {
  return owner === 'unit'
    ? { ...peer, own: merged(peer.own, content) }
    : { ...peer, application: merged(peer.application, content) };
}

function withClientBag(client: ClientRelation, owner: 'unit' | 'application', content: Bag): ClientRelation {
  return owner === 'unit'
    ? { ...client, ownBag: merged(client.ownBag, content) }
    : { ...client, ownApplicationBag: merged(client.ownApplicationBag ?? {}, content) };
}

/** An empty text deletes its key, as relation-set has it. */
function merged(bag: Bag, content: Bag): Bag {
  return Object.fromEntries(Object.entries({ ...bag, ...content }).filter(([, value]) => value !== ''));
}
