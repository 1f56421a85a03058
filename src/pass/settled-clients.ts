/**
 * Clients that are settled: an event about one brings nothing new. With many clients most events tell what a pass for another one has
 * seen already; they need no pass of their own.
 */
import * as z from 'zod';
import { isLeader } from '../juju/model.ts';
import { observeClient } from '../observe/clients.ts';
import { RelationReader } from '../observe/relation-reader.ts';
import { answeredIn } from '../plan/clients/answered.ts';
import { readyIn } from '../plan/clients/peer-notes.ts';
import { secondsSince } from '../plan/elapsed.ts';
import type { EventFacts } from '../plan/event.ts';
import type { JujuFacts } from '../plan/observation.ts';
import { debianRoots } from '../postgres/machine.ts';
import { ownPostmasterPid } from '../postgres/postmaster.ts';
import type { ClientRelation } from '../relations/relation-facts.ts';
import { readRelations } from '../relations/requests.ts';
import { entryOf } from '../server/entry-of.ts';
import { steadyJson } from '../server/json.ts';
import { bootMoment } from '../system/clock.ts';
import { md5Hex } from '../system/entropy.ts';
import { dropVolatile, readVolatile, writeVolatile } from '../system/volatile-note.ts';
import type { PassContext } from './context.ts';

/** Facts, as passes have left them, of the relations for which nothing is left to do. */
const SettledClients = z.object({
  at: z.object({ boot: z.string(), seconds: z.number() }),
  leader: z.boolean(),
  postmaster: z.number(),
  /** Relations that are let in here → a hash of their facts. */
  clients: z.record(z.string(), z.string()),
});

export type SettledClients = z.infer<typeof SettledClients>;

/** Facts of others may change without an event, so once in a while an event brings a pass whatever it is about. */
const trustedSeconds = 120;
const skippable = /-relation-(joined|changed)$/;

const noteName = 'settled-clients';

/**
 * The note of a short while ago, about this server. Deletes it: the pass to come may change it. Null when there is none that can be
 * trusted.
 */
export async function takeSettled(unit: string): Promise<SettledClients | null> {
  const note = SettledClients.safeParse(await readVolatile(unit, noteName)).data ?? null;
  await dropVolatile(unit, noteName);
  if (note === null || note.postmaster !== (await ownPostmasterPid(debianRoots.state))) return null;
  const ageSeconds = secondsSince(note.at, bootMoment());
  return ageSeconds !== null && ageSeconds <= trustedSeconds ? note : null;
}

/**
 * True when all that `event` can tell is settled: its relation is let in, and is as a pass has left it. Own bags count too, so that what a
 * failed hook did not publish is not taken for published.
 */
export async function isSettled(note: SettledClients, event: EventFacts): Promise<boolean> {
  const known = event.relation === null ? undefined : entryOf(note.clients, event.relation);
  if (event.relation === null || known === undefined || !skippable.test(event.hook)) return false;
  // A unit that has lost the lease hears nothing of that, and may no longer read the application's own bags.
  if ((await isLeader()) !== note.leader) return false;
  const reader = new RelationReader(event.unit);
  return hashOf(await observeClient(event.relation, event, note.leader, reader)) === known;
}

/**
 * The note that a settled pass leaves. When it was not `quiet` (it did something), its hook may still fail and all it has published with it. So
 * only relations count on which it published, where the next event sees whether that came to be, and those that are still
 * as `former` had them.
 */
export async function settledBy(
  { juju, published }: PassContext,
  quiet: boolean,
  former: SettledClients | null,
): Promise<SettledClients | null> {
  const postmaster = await ownPostmasterPid(debianRoots.state);
  if (juju === null || juju.leaving || juju.clients.length === 0 || postmaster === null) return null;
  const known = former?.leader === juju.leader ? former.clients : {};
  const clients = letIn(juju).flatMap((client): [string, string][] => {
    const hash = hashOf(client);
    return quiet || published.has(client.id) || entryOf(known, client.id) === hash ? [[client.id, hash]] : [];
  });
  return { at: bootMoment(), leader: juju.leader, postmaster, clients: Object.fromEntries(clients) };
}

/** Writes the note for the next event. */
export async function noteSettled(unit: string, note: SettledClients): Promise<void> {
  await writeVolatile(unit, noteName, note);
}

/** Relations without anything on its way: a role that has not been replicated yet may arrive without an event. */
function letIn({ clients, peer }: JujuFacts): readonly ClientRelation[] {
  const ready = readyIn(peer?.own);
  const read = readRelations(clients, answeredIn(peer?.application), md5Hex);
  const settled = read.filter(({ relation, requests, refused, problems }) => {
    const isMet = requests.every(({ mark }) => entryOf(ready, relation.id)?.includes(mark) === true);
    return entryOf(ready, relation.id) !== undefined && isMet && refused.length + problems.length === 0;
  });
  return settled.map(({ relation }) => relation);
}

function hashOf(client: ClientRelation): string {
  return md5Hex(steadyJson({ ...client }));
}
