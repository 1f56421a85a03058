/**
 * A note from one hook to the next of Juju's lists and this unit's own bags, so that a hook need not ask for what cannot have changed: the
 * units of a relation change only with its own -joined and -departed events, and own bags only by own hooks. In /run, so that a machine that
 * has booted asks anew.
 */
import { uptime } from 'node:os';
import * as z from 'zod';
import type { EventFacts } from '../plan/event.ts';
import type { Bag } from '../relations/relation-facts.ts';
import { entryOf } from '../server/entry-of.ts';
import { dropVolatile, readVolatile, writeVolatile } from '../system/volatile-note.ts';

const BagShape = z.record(z.string(), z.string());

const NoteShape = z.object({
  /** Seconds since boot. */
  writtenAt: z.number(),
  /** Endpoints with their remote units and applications, as goal-state had them. */
  goals: z.string(),
  /** Relations that are not the peers'. */
  ids: z.array(z.string()),
  /** Relation → its remote units; the peer relation is among them. */
  units: z.record(z.string(), z.array(z.string())),
  /** Relation → remote application. */
  applications: z.record(z.string(), z.string()),
  /** Relation → own bags, passwords redacted. */
  own: z.record(z.string(), z.object({ unit: BagShape, application: z.nullable(BagShape) })),
  /**
   * A bag that the last hook has changed, with its content: Juju commits all bags of a hook or none, so it tells whether `own` is true. Null
   * when nothing was written since own bags were read.
   */
  canary: z.nullable(
    z.object({ relation: z.string(), owner: z.enum(['unit', 'application']), content: BagShape }),
  ),
});

export type JujuNote = z.infer<typeof NoteShape>;

/** The part of a note that Juju's lists are. */
export type Lists = Pick<JujuNote, 'goals' | 'ids' | 'units' | 'applications'>;

/** Facts that no event has told of are asked for again after this long. */
const trustedSeconds = 3600;
/** Events that change a list. */
export const listChange = /-relation-(created|joined|departed|broken)$/;

const noteName = 'juju';

/** The note of the last hook; null when there is none or this event may have changed a list. */
export async function readNote(event: EventFacts): Promise<JujuNote | null> {
  if (listChange.test(event.hook)) return null;
  const note = NoteShape.safeParse(await readVolatile(event.unit, noteName)).data ?? null;
  const age = note === null ? 0 : uptime() - note.writtenAt;
  if (note === null || age < 0 || age > trustedSeconds) return null;
  return event.relation === null || Object.hasOwn(note.units, event.relation) ? note : null;
}

/** Removes the note: this hook is about to write a bag. */
export async function dropNote(unit: string): Promise<void> {
  await dropVolatile(unit, noteName);
}

/** Writes the note for the next hook. */
export async function writeNote(unit: string, note: Omit<JujuNote, 'writtenAt'>): Promise<void> {
  await writeVolatile(unit, noteName, { ...note, writtenAt: uptime() });
}

/** True when two bags hold the same. */
export function sameBag(left: Bag, right: Bag): boolean {
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => entryOf(left, key) === entryOf(right, key))
  );
}
