/** Looks that Juju's half of an observation asks for: whom to try, and what of the server to read. */
import { decodeMember } from '../cluster/bags/member.ts';
import { hasStoppedForGood } from '../cluster/election.ts';
import { knowsManual, notLookedAgain } from '../cluster/manual.ts';
import type { MemberFacts } from '../cluster/member-facts.ts';
import type { EventFacts } from './event.ts';
import type { JujuFacts } from './observation.ts';
import type { Reading } from './reading.ts';

export interface Looks {
  /** Members whose server's port is to be tried. */
  readonly ports: readonly { readonly unit: string; readonly host: string; readonly port: number }[];
  /** Databases to look into; null when nothing is desired of roles and databases. */
  readonly databases: readonly string[] | null;
}

/** Works out the looks. Pure. */
export function looksFor(juju: JujuFacts, reading: Reading, event: EventFacts): Looks {
  return { ports: portsFor(juju, reading, event), databases: databasesFor(juju, reading) };
}

/**
 * Ports of the primary when it is leaving or gone, of every member for the action failover, and of the target when this unit hands over. A
 * machine without power takes the whole time limit, so it is tried only when that decides something, and not under a freeze.
 */
function portsFor(juju: JujuFacts, reading: Reading, event: EventFacts): Looks['ports'] {
  const { leader, dying } = juju;
  const { peers } = reading;
  const { decision } = peers;
  const members = peers.others.map(({ unit }) => unit);
  const named = decision?.primary ?? null;
  const present = named !== null && members.includes(named) && !dying.includes(named);
  const units = event.action === 'failover' ? [...members] : [];
  if (named !== null && named !== event.unit && !present) units.push(named);
  units.push(...unheardAfterManual(juju, reading, event));
  const target = decision?.kind === 'handover' && named === event.unit ? decision.target : null;
  const tried = [...(leader ? units : []), ...(target === null ? [] : [target])];
  return [...new Set(tried)].flatMap((unit) => {
    const facts = factsOf(unit, { peers });
    // Whoever has reported that it stopped for good need not be tried, and its machine may be gone by now.
    if (facts === null || facts.host === '' || hasStoppedForGood(facts)) return [];
    return [{ unit, host: facts.host, port: facts.port }];
  });
}

/** A member that has not looked again is waited for only while its server answers. */
function unheardAfterManual(
  { peer }: JujuFacts,
  { peers, options }: Reading,
  { unit }: EventFacts,
): string[] {
  const own = decodeMember(unit, peer?.own ?? {}).facts;
  const all = [own, ...peers.others.map(({ facts }) => facts)];
  if (options.options.manualReplication || !all.some((facts) => knowsManual(facts, peers.decision)))
    return [];
  const others = peers.others.map((member) => ({ ...member, answers: null }));
  return notLookedAgain(others, peers.decision).map((member) => member.unit);
}

function factsOf(unit: string, { peers }: Pick<Reading, 'peers'>): MemberFacts | null {
  return peers.others.find((member) => member.unit === unit)?.facts ?? peers.departed[unit] ?? null;
}

/** A client that goes has sessions to be ended, and peers have a role to log in with. */
function databasesFor(juju: JujuFacts, { grants }: Reading): Looks['databases'] {
  const hasPeers = Object.keys(juju.peer?.members ?? {}).length > 0;
  if (juju.clients.length === 0 && !hasPeers) return null;
  return grants.grants.map(({ database }) => database);
}
