/** Everything one process carries through its pass. The shell alone holds the whole; observers, executors and actions get what they need. */

import type { Applying } from '../apply/executor.ts';
import { redactTexts } from '../juju/juju-text.ts';
import { Vault } from '../juju/vault.ts';
import { observeClaim } from '../observe/claim.ts';
import { gather, lookAtServer } from '../observe/gather.ts';
import { type NotedInsides, readInsides } from '../observe/insides-note.ts';
import { type AskedJuju, observeJuju } from '../observe/juju.ts';
import { dropNote } from '../observe/juju-note.ts';
import { askedSeconds } from '../plan/deadlines.ts';
import { applicationOf, type EventFacts } from '../plan/event.ts';
import type { Means } from '../plan/means.ts';
import { recalled } from '../plan/members/recall.ts';
import { emptyMemory, type Memory } from '../plan/memory.ts';
import type { CredentialFacts, JujuFacts } from '../plan/observation.ts';
import { type Reading, readJuju } from '../plan/reading.ts';
import { type Redaction, redactionOf } from '../plan/redaction/redaction.ts';
import { type Situation, situationOf } from '../plan/situation.ts';
import { rememberedFor } from '../plan/status/shown.ts';
import type { Look } from '../plan/unknown.ts';
import { sharedSession } from '../postgres/shared-session.ts';
import type { DatabaseInside } from '../server/catalog-facts.ts';
import type { ClaimState } from '../server/claim.ts';
import type { Moment } from '../server/moment.ts';
import type { ClusterPlace } from '../server/place.ts';
import type { ServerFacts, UnknownFacts } from '../server/server-facts.ts';
import { bootMoment } from '../system/clock.ts';
import { errorText } from '../system/failed-looks.ts';
import { meansOf } from './means.ts';
import { readMemory, writeMemory } from './memory-file.ts';

export interface PassContext extends Applying {
  readonly means: Means;
  memory: Memory;
  /** Claim on the machine: until it is this unit's, nothing is noted on it. */
  claim: ClaimState;
  /** The memory as it is on disk; null when there is none, or it cannot be read. */
  written: Memory | null;
  /** Looks of this hook itself that failed: what cannot be kept on disk. */
  unknown: UnknownFacts<Look>;
  juju: JujuFacts | null;
  /** The redaction of all that leaves this process for people; by the operator's options once they are known. */
  redaction: Redaction;
  /** Juju's facts as parsed last. */
  reading: Reading | null;
  /** Moment at which Juju was asked before this context was opened. */
  readonly aheadAt: Moment | null;
  /** Juju's answers when it was asked, before this hook wrote anything. */
  asked: AskedJuju | null;
  credentials: CredentialFacts;
  place: ClusterPlace | null;
  /** Answers of other members' servers, tried once a hook. Null until the first observation. */
  answers: Readonly<Record<string, boolean>> | null;
  /** Databases looked into by this hook, or by one before it; looked at again where a step has done something. */
  readonly insides: Map<string, DatabaseInside>;
  readonly notedInsides: NotedInsides;
  /** Relations on which this hook has published something. */
  readonly published: Set<string>;
}

/** A fresh context, with the unit's memory. */
export async function openContext(
  event: EventFacts,
  charmDirectory: string,
  aheadAt: Moment | null = null,
): Promise<PassContext> {
  const claim = await observeClaim(event, charmDirectory);
  const isOwn = claim.kind === 'own' || claim.kind === 'former';
  // Notes of a unit with this name in another model.
  if (!isOwn) await dropNote(event.unit);
  const [notedInsides, written] = isOwn
    ? await Promise.all([readInsides(event), readMemory(event.unit)])
    : [{}, null];
  const context: PassContext = {
    event,
    vault: new Vault(applicationOf(event.unit)),
    charmDirectory,
    means: await meansOf(charmDirectory),
    memory: rememberedFor(event, written ?? emptyMemory(event.unit)),
    written,
    claim,
    unknown: {},
    juju: null,
    redaction: redactionOf({}),
    reading: null,
    aheadAt,
    asked: null,
    place: null,
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
  redactTexts((text) => context.redaction.text(text));
  return context;
}

/** Replaces the memory, on disk too, when something in it has changed. Throws when it cannot be written. */
async function remember(context: PassContext, memory: Memory): Promise<void> {
  const isOwn = context.claim.kind === 'own';
  if (isOwn && JSON.stringify(memory) !== JSON.stringify(context.written)) await writeMemory(memory);
  context.memory = memory;
  if (isOwn) context.written = memory;
}

/**
 * As remember; when the disk does not take it, that is noted for the plan and the status. False when the rules' part of it is not on disk:
 * then a plan that rests on it is not to be carried out.
 */
export async function rememberPlan(context: PassContext, memory: Memory): Promise<boolean> {
  try {
    await remember(context, memory);
    return true;
  } catch (error) {
    const isKept = JSON.stringify(memory.cluster) === JSON.stringify(context.written?.cluster);
    context.unknown = { ...context.unknown, [isKept ? 'memory' : 'promises']: errorText(error) };
    return false;
  }
}

/** Seconds since this hook asked Juju; 0 before it has. */
export function hookSeconds({ juju }: Pick<PassContext, 'juju'>): number {
  return juju === null ? 0 : askedSeconds(juju, bootMoment());
}

/** Observes and works out one round. Juju is asked once a hook; nothing of it changes but by what the hook itself writes. */
export async function observeRound(context: PassContext): Promise<Situation> {
  const { event, means } = context;
  context.claim = await observeClaim(event, context.charmDirectory);
  const session = sharedSession();
  try {
    const [seen, juju] = await Promise.all([lookAtServer(context, session.ask), askJuju(context)]);
    const server = withoutSecrets(seen, context.redaction);
    context.memory = recalled(context.memory, juju, server);
    const reading = readJuju(juju, event, means, context.reading);
    context.reading = reading;
    const observation = await gather(context, juju, reading, server, session.ask);
    context.credentials = observation.credentials;
    context.answers = observation.answers;
    context.place = server.place;
    return situationOf(observation, means, reading);
  } finally {
    void session.close();
  }
}

async function askJuju(context: PassContext): Promise<JujuFacts> {
  const { event, memory, aheadAt } = context;
  const { storageLocation, detaching, peerRelation } = memory;
  const mayHaveChanged = detaching || /-storage-|^(start|upgrade-charm|config-changed)$/.test(event.hook);
  // The mount point is part of the cluster's place once that is known.
  const askStorage = memory.cluster.systemIdentifier === null || mayHaveChanged;
  if (context.juju !== null) return context.juju;
  context.asked = await observeJuju({ event, askStorage, storageLocation, peerRelation, aheadAt });
  context.juju = context.asked.juju;
  context.redaction = redactionOf(context.juju.options);
  return context.juju;
}

/** Words of programs get into statuses and into bags of peers. */
function withoutSecrets(server: ServerFacts, { text, data }: Redaction): ServerFacts {
  const { lastErrors, job, packages } = server;
  return {
    ...server,
    lastErrors: lastErrors.map(text),
    job: data(job) as typeof job,
    packages: data(packages) as typeof packages,
  };
}
