/** What one process carries through its pass: the event, and what it has learnt and written so far. */

import { Vault } from '../observe/credentials.ts';
import { type Memory, readMemory, writeMemory } from '../plan/memory.ts';
import type { CredentialFacts, JujuFacts } from '../plan/observation.ts';
import { sealBag } from '../plan/redaction.ts';
import type { Bag } from '../relations/relation-facts.ts';
import type { DatabaseInside } from '../server/catalog-facts.ts';
import type { EventFacts } from './event.ts';

export interface PassContext {
  readonly event: EventFacts;
  readonly vault: Vault;
  /** The charm's own folder: templates, and the program jobs run. */
  readonly charmDirectory: string;
  memory: Memory;
  /** Asked once a hook, then kept in step with what the hook writes. Null until the first observation. */
  juju: JujuFacts | null;
  credentials: CredentialFacts;
  /** Whether other members' servers answer, tried once a hook. Null until the first observation. */
  answers: Readonly<Record<string, boolean>> | null;
  /** What is inside databases: looked at once a hook, and again where a step has done something. */
  readonly insides: Map<string, DatabaseInside>;
  /** Relations on which this hook has published something. */
  readonly published: Set<string>;
}

/** A fresh context, with what the unit remembers. */
export async function openContext(event: EventFacts, charmDirectory: string): Promise<PassContext> {
  return {
    event,
    vault: new Vault(),
    charmDirectory,
    memory: await readMemory(event.unit),
    juju: null,
    credentials: { source: null, generations: {}, fingerprints: {}, told: {} },
    answers: null,
    insides: new Map(),
    published: new Set(),
  };
}

/** Replaces the memory, on disk too, when something in it has changed. */
export async function remember(context: PassContext, memory: Memory): Promise<void> {
  if (JSON.stringify(memory) === JSON.stringify(context.memory)) return;
  await writeMemory(memory);
  context.memory = memory;
}

/** Notes in the kept facts that this hook has merged `content` into a bag. */
export function noteBag(
  context: PassContext,
  relation: string,
  owner: 'unit' | 'application',
  content: Bag,
): void {
  const { juju } = context;
  if (juju === null) return;
  context.published.add(relation);
  const sealed = sealBag(content);
  if (juju.peer?.id === relation) {
    const key = owner === 'unit' ? 'own' : 'application';
    context.juju = { ...juju, peer: { ...juju.peer, [key]: merge(juju.peer[key], sealed) } };
    return;
  }
  context.juju = {
    ...juju,
    clients: juju.clients.map((client) => {
      if (client.id !== relation) return client;
      if (owner === 'unit') return { ...client, ownBag: merge(client.ownBag, sealed) };
      return { ...client, ownApplicationBag: merge(client.ownApplicationBag ?? {}, sealed) };
    }),
    syslog: juju.syslog.map((entry) =>
      entry.id === relation ? { ...entry, ownBag: merge(entry.ownBag, sealed) } : entry,
    ),
  };
}

function merge(bag: Bag, content: Bag): Bag {
  return Object.fromEntries(Object.entries({ ...bag, ...content }).filter(([, value]) => value !== ''));
}
