/** Contacts of a primary: a member that streams from it, or one of Juju's controllers. */
import type { ClusterPlace } from '../../server/place.ts';
import { answersOn } from '../../system/answering.ts';
import type { Streams } from '../sql/streams.ts';

const CONNECT_MS = 1_500;

/** Contact that was reached; null for none. */
export type Contact = 'member' | 'juju';

/** Tries the members that stream, and Juju where none answers. */
export async function contactOf(
  place: Pick<ClusterPlace, 'port'>,
  controllers: readonly string[],
  streams: () => Promise<Streams | null>,
): Promise<Contact | null> {
  const members = (await streams())?.members ?? [];
  if (await anyOf(members.map((host) => answersOn(host, place.port, CONNECT_MS)))) return 'member';
  return (await reachesJuju(controllers)) ? 'juju' : null;
}

/** True when one of Juju's addresses takes a connection. */
export async function reachesJuju(controllers: readonly string[]): Promise<boolean> {
  return anyOf(
    controllers.map((address) => {
      const colon = address.lastIndexOf(':');
      const host = address.slice(0, colon).replaceAll(/^\[|\]$/g, '');
      return answersOn(host, Number(address.slice(colon + 1)), CONNECT_MS);
    }),
  );
}

async function anyOf(answers: readonly Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(answers)).includes(true);
}
