/** One observation: Juju's half is taken as given (it is asked once a hook), the machine is looked at in every round. */
import type { RootPeer, Vault } from '../juju/vault.ts';
import { publishedSecrets, secretsKey, urisOf } from '../plan/clients/secrets.ts';
import type { EventFacts } from '../plan/event.ts';
import { type Looks, looksFor } from '../plan/looks.ts';
import type { Memory } from '../plan/memory.ts';
import type { JujuFacts, Observation } from '../plan/observation.ts';
import type { Reading } from '../plan/reading.ts';
import type { Look } from '../plan/unknown.ts';
import { debianRoots } from '../postgres/machine.ts';
import { observeServer } from '../postgres/observe-server.ts';
import { readVerdicts } from '../postgres/option-verdicts.ts';
import type { AskPostgres } from '../postgres/shared-session.ts';
import { absentServer } from '../server/absent-server.ts';
import type { DatabaseInside } from '../server/catalog-facts.ts';
import type { ClaimState } from '../server/claim.ts';
import type { ServerFacts, UnknownFacts } from '../server/server-facts.ts';
import { bootMoment, nowIso } from '../system/clock.ts';
import { type FailedLooks, failedLooks } from '../system/failed-looks.ts';
import { observeCatalog } from './catalog.ts';
import { observeCredentials, withServer } from './credentials.ts';
import { observeMachine } from './machine.ts';
import { tryPorts } from './reachability.ts';

/** Sources of an observation, and what is kept from one round to the next. */
export interface Observers {
  readonly event: EventFacts;
  readonly memory: Memory;
  readonly claim: ClaimState;
  readonly vault: Vault;
  /** Trials of other members' ports by this hook; null before the first. */
  readonly answers: Readonly<Record<string, boolean>> | null;
  /** Databases looked into by this hook. */
  readonly insides: Map<string, DatabaseInside>;
  /** Looks of the shell that failed. */
  readonly unknown: UnknownFacts<Look>;
}

/** Gathers the facts of one round. `server` may have been looked at while Juju was asked; `ask` is the session of that look. */
export async function gather(
  { event, memory, claim, vault, answers, insides, unknown }: Observers,
  juju: JujuFacts,
  reading: Reading,
  server: ServerFacts,
  ask: AskPostgres,
): Promise<Observation> {
  const looks: Looks = looksFor(juju, reading, event, server);
  const { attempt, reasons } = failedLooks<Look>();
  const [found, machine, catalog, tried, verdicts] = await Promise.all([
    observeCredentials(juju.peer, memory, rootOf(vault, attempt)),
    observeMachine(server, juju, event.unit, memory, attempt),
    attempt('catalog', () => observeCatalog(looks, server, insides, ask), null),
    answers ?? tryPorts(looks.ports),
    readVerdicts(debianRoots.state),
  ]);
  return {
    now: bootMoment(),
    nowText: nowIso(),
    event,
    juju,
    credentials: withServer(found, catalog, memory),
    machine,
    memory,
    claim,
    server,
    catalog,
    verdicts,
    secretUris: urisOf(publishedSecrets(juju.peer?.application[secretsKey])),
    answers: tried,
    unknown: { ...unknown, ...reasons },
  };
}

/** A root secret that cannot be read now leaves its fingerprints unknown. */
function rootOf(
  vault: Vault,
  attempt: FailedLooks<Look>['attempt'],
): (peer: RootPeer) => Promise<string | null> {
  return (peer) => attempt('secret', () => vault.root(peer), null);
}

/**
 * The server's share, which needs nothing of Juju. A memory that is lost does not know whether a rewind was left unfinished. Another unit's
 * server is not looked at.
 */
export async function lookAtServer(
  { memory: { place, volume, cluster }, claim }: Pick<Observers, 'memory' | 'claim'>,
  ask: AskPostgres,
): Promise<ServerFacts> {
  if (claim.kind !== 'own') return absentServer;
  const isWhole = cluster.seenEpoch > 0 && !cluster.halfRewound;
  return observeServer(debianRoots, { place, volume, isWhole }, ask);
}
