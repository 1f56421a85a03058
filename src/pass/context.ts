/** Everything one process carries through its pass. The shell alone holds the whole; observers, executors and actions get what they need. */

import type { Applying } from '../apply/executor.ts';
import { Vault } from '../juju/vault.ts';
import { gather, lookAtServer } from '../observe/gather.ts';
import { type NotedInsides, readInsides } from '../observe/insides-note.ts';
import { type AskedJuju, observeJuju } from '../observe/juju.ts';
import { askedSeconds } from '../plan/deadlines.ts';
import { applicationOf, type EventFacts } from '../plan/event.ts';
import type { Means } from '../plan/means.ts';
import type { Memory } from '../plan/memory.ts';
import type { CredentialFacts, JujuFacts } from '../plan/observation.ts';
import { readJuju } from '../plan/reading.ts';
import { type Situation, situationOf } from '../plan/situation.ts';
import type { DatabaseInside } from '../server/catalog-facts.ts';
import { bootMoment } from '../system/clock.ts';
import { meansOf } from './means.ts';
import { readMemory, writeMemory } from './memory-file.ts';

export interface PassContext extends Applying {
  readonly means: Means;
  memory: Memory;
  juju: JujuFacts | null;
  /** Juju's answers when it was asked, before this hook wrote anything. */
  asked: AskedJuju | null;
  credentials: CredentialFacts;
  /** Whether other members' servers answer, tried once a hook. Null until the first observation. */
  answers: Readonly<Record<string, boolean>> | null;
  /** Databases looked into by this hook, or by one before it; looked at again where a step has done something. */
  readonly insides: Map<string, DatabaseInside>;
  readonly notedInsides: NotedInsides;
  /** Relations on which this hook has published something. */
  readonly published: Set<string>;
}

/** A fresh context, with the unit's memory. */
export async function openContext(event: EventFacts, charmDirectory: string): Promise<PassContext> {
  const notedInsides = await readInsides(event);
  const context: PassContext = {
    event,
    vault: new Vault(applicationOf(event.unit)),
    charmDirectory,
    means: await meansOf(charmDirectory),
    memory: await readMemory(event.unit),
    juju: null,
    asked: null,
    credentials: { source: null, generations: {}, fingerprints: {}, onServer: {} },
    answers: null,
    insides: new Map(Object.entries(notedInsides).map(([name, { inside }]) => [name, inside])),
    notedInsides,
    published: new Set(),
    remember: async (change) => remember(context, { ...context.memory, ...change }),
    learn: (juju) => {
      context.juju = juju;
    },
  };
  return context;
}

/** Replaces the memory, on disk too, when something in it has changed. */
export async function remember(context: PassContext, memory: Memory): Promise<void> {
  if (JSON.stringify(memory) === JSON.stringify(context.memory)) return;
  await writeMemory(memory);
  context.memory = memory;
}

/** Seconds since this hook asked Juju; 0 before it has. */
export function hookSeconds({ juju }: Pick<PassContext, 'juju'>): number {
  return juju === null ? 0 : askedSeconds(juju, bootMoment());
}

/** Observes and works out one round. Juju is asked once a hook; nothing of it changes but by what the hook itself writes. */
export async function observeRound(context: PassContext): Promise<Situation> {
  const { event, means } = context;
  const [server, juju] = await Promise.all([lookAtServer(), askJuju(context)]);
  const reading = readJuju(juju, event, means);
  const observation = await gather(context, juju, reading, server);
  context.credentials = observation.credentials;
  context.answers = observation.answers;
  return situationOf(observation, means, reading);
}

async function askJuju(context: PassContext): Promise<JujuFacts> {
  const { event, memory } = context;
  // The mount point is part of the cluster's place once that is known.
  const askStorage = memory.cluster.systemIdentifier === null || event.hook.includes('-storage-');
  if (context.juju !== null) return context.juju;
  context.asked = await observeJuju({ event, askStorage, peerRelation: memory.peerRelation });
  context.juju = context.asked.juju;
  return context.juju;
}
