/** The note a hook leaves for the next one. */
import type { EventFacts } from '../plan/event.ts';
import type { JujuFacts } from '../plan/observation.ts';
import type { Bag } from '../relations/relation-facts.ts';
import { dropNote, type JujuNote, type Lists, listChange, sameBag, writeNote } from './juju-note.ts';

/** Writes the note for the next hook. `asked` is as Juju answered, `juju` with what this hook has written. */
export async function keepNote(
  event: EventFacts,
  { juju: asked, lists }: { readonly juju: JujuFacts; readonly lists: Lists },
  juju: JujuFacts,
): Promise<void> {
  if (listChange.test(event.hook) || juju.leaving) return dropNote(event.unit);
  const before = ownBags(asked);
  const changed = ownBags(juju).find(({ content }, index) => !sameBag(content, before[index]?.content ?? {}));
  const own = Object.fromEntries([
    ...juju.clients.map((client) => [
      client.id,
      { unit: client.ownBag, application: client.ownApplicationBag },
    ]),
    ...juju.syslog.map(({ id, ownBag }) => [id, { unit: ownBag, application: null }]),
  ]) as JujuNote['own'];
  await writeNote(event.unit, { ...lists, own, canary: changed ?? null });
}

/** Every bag that this unit may write, always in the same order. */
function ownBags({ peer, clients, syslog }: JujuFacts): NonNullable<JujuNote['canary']>[] {
  const bag = (relation: string, owner: 'unit' | 'application', content: Bag | null) => ({
    relation,
    owner,
    content: { ...content },
  });
  return [
    ...(peer === null ? [] : [bag(peer.id, 'unit', peer.own), bag(peer.id, 'application', peer.application)]),
    ...clients.flatMap(({ id, ownBag, ownApplicationBag }) => [
      bag(id, 'unit', ownBag),
      bag(id, 'application', ownApplicationBag),
    ]),
    ...syslog.map(({ id, ownBag }) => bag(id, 'unit', ownBag)),
  ];
}
