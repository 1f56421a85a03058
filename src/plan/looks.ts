/** Looks that Juju's half of an observation asks for: whom to try, and what of the server to read. */
import { decodeMember } from '../cluster/bags/member.ts';
import { hasStoppedForGood } from '../cluster/election.ts';
import { knowsManual, notLookedAgain } from '../cluster/manual.ts';
import type { MemberFacts } from '../cluster/member-facts.ts';
import { entryOf } from '../server/entry-of.ts';
import type { ServerFacts } from '../server/server-facts.ts';
import type { EventFacts } from './event.ts';
import type { JujuFacts } from './observation.ts';
import type { Reading } from './reading.ts';

export interface Looks {
  /** Members whose server's port is to be tried. */
  readonly ports: readonly { readonly unit: string; readonly host: string; readonly port: number }[];
  /** Databases to look into. */
  readonly databases: readonly string[];
}

/** Works out the looks. Pure. */
export function looksFor(
  juju: JujuFacts,
  reading: Reading,
  event: EventFacts,
  server: Pick<ServerFacts, 'running'>,
): Looks {
  const units = [
    ...(juju.leader ? leadersTrials(juju, reading, event, server) : []),
    ...(juju.leader ? unheardAfterManual(juju, reading, event) : []),
    ...targetTrials(juju, reading, event),
  ];
  return { ports: portsOf(units, reading), databases: reading.grants.grants.map(({ database }) => database) };
}

/**
 * Members that a leader tries: all of them for an operator's decision, the primary when it is leaving or gone, and otherwise every member
 * whose bag says that it is primary and of which no stream comes here. A machine without power takes the whole time limit, so nobody is
 * tried under a freeze, where nothing depends on it, nor while all is well.
 */
function leadersTrials(
  { dying, leaving }: JujuFacts,
  { peers }: Reading,
  event: EventFacts,
  { running }: Pick<ServerFacts, 'running'>,
): string[] {
  const { decision, others } = peers;
  if (event.action === 'failover' || event.action === 'switchover') return others.map(({ unit }) => unit);
  if (decision === null || decision.kind === 'freeze') return [];
  const named = decision.primary;
  const isPresent = others.some(({ unit }) => unit === named) && !dying.includes(named ?? '');
  const heardHost = running?.streaming === true ? running.upstreamHost : null;
  const mute = others.filter(
    ({ unit, facts }) => (unit === named || facts?.role === 'primary') && facts?.host !== heardHost,
  );
  const gone = isPresent || named === null || named === event.unit ? [] : [named];
  const leaver = named === null ? null : factsOf(named, { peers });
  const isLeft = named === event.unit ? leaving : hasStoppedForGood(leaver);
  return [...mute.map(({ unit }) => unit), ...gone, ...(isLeft ? heirs({ peers }) : [])];
}

/** Units that may be named when the primary leaves: one that is dead must not be. */
function heirs({ peers }: Pick<Reading, 'peers'>): string[] {
  return peers.others.filter(({ facts }) => facts?.role === 'standby').map(({ unit }) => unit);
}

/** The target of a handover: the primary that hands over tries it, and the leader. */
function targetTrials(
  { leader }: JujuFacts,
  { peers: { decision } }: Reading,
  { unit }: EventFacts,
): string[] {
  const isAsked = decision?.kind === 'handover' && (leader || decision.primary === unit);
  return isAsked && decision.target !== null && decision.target !== unit ? [decision.target] : [];
}

function portsOf(units: readonly string[], { peers }: Pick<Reading, 'peers'>): Looks['ports'] {
  return [...new Set(units)].flatMap((unit) => {
    const facts = factsOf(unit, { peers });
    // Members that have reported that they stopped for good need not be tried, and their machines may be gone by now.
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
  return peers.others.find((member) => member.unit === unit)?.facts ?? entryOf(peers.departed, unit) ?? null;
}
