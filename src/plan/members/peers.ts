/** The committed decision and the other members, decoded from the peer relation's bags once. */
import { decisionKey, decodeDecision } from '../../cluster/bags/decision.ts';
import { decodeAddress, decodeMember } from '../../cluster/bags/member.ts';
import type { Decision, MemberFacts } from '../../cluster/member-facts.ts';
import { compareUnits } from '../../cluster/units.ts';
import { entryOf } from '../../server/entry-of.ts';
import type { JujuFacts } from '../observation.ts';

/** Key of the application bag that makes all units look: the time of the request. Each publishes which it has met. */
export const lookKey = 'look';

/** Another member as its bag has it. */
export interface PeerMember {
  readonly unit: string;
  /** Juju shows it dying, or its bag says that it leaves. */
  readonly dying: boolean;
  readonly facts: MemberFacts | null;
  /** Set when its bag holds something that cannot be understood, as after an upgrade of some units: its address as far as the bag tells. */
  readonly unread: { readonly host: string; readonly port: number } | null;
  /** Text in its bag that cannot be understood. */
  readonly problem: string | null;
}

export interface Peers {
  readonly decision: Decision | null;
  readonly others: readonly PeerMember[];
  /** Facts of units that the decision names and Juju no longer lists. */
  readonly departed: Readonly<Record<string, MemberFacts>>;
  /** Texts in bags that cannot be understood. */
  readonly problems: readonly string[];
}

/** Decodes the bags. Never throws: text it does not understand is a problem. Of `before`, bags that are the same objects are not decoded again. */
export function readPeers(
  { peer, dying }: Pick<JujuFacts, 'peer' | 'dying'>,
  before: { readonly of: Pick<JujuFacts, 'peer'>; readonly peers: Peers } | null = null,
): Peers {
  const text = peer?.committed[decisionKey];
  const isKnown = before?.peers.decision && before.of.peer?.committed[decisionKey] === text;
  const { decision, problem } = isKnown
    ? { decision: before.peers.decision, problem: null }
    : decodeDecision(text);
  const problems = problem === null ? [] : [problem];
  const former = before?.of.peer?.members ?? {};
  const members = Object.entries(peer?.members ?? {}).toSorted(([left], [right]) =>
    compareUnits(left, right),
  );
  const others = members.map(([unit, bag]): PeerMember => {
    const isSame = entryOf(former, unit) === bag;
    const known = isSame ? before?.peers.others.find((member) => member.unit === unit) : undefined;
    const read = known ?? decodeMember(unit, bag);
    if (read.problem !== null) problems.push(read.problem);
    const isDying = dying.includes(unit) || read.facts?.leaving === true;
    const unread = read.problem === null ? null : decodeAddress(bag);
    return { unit, dying: isDying, facts: read.facts, unread, problem: read.problem };
  });
  const departed = Object.fromEntries(
    Object.entries(peer?.departed ?? {}).flatMap(([unit, bag]) => {
      const { facts } = decodeMember(unit, bag);
      return facts === null ? [] : [[unit, facts] as const];
    }),
  );
  return { decision, others, departed, problems };
}

/** The unit that is primary by the decision, or was before a freeze. */
export function namedPrimary(decision: Decision | null): string | null {
  return decision?.primary ?? decision?.previous ?? null;
}
