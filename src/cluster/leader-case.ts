/** What the leader's rows share: the view, and what is told from it once. */

import { isGoing, presentFacts, systemsOf } from './election.ts';
import type { Decision, MemberFacts } from './facts.ts';
import { bytesBetween } from './position.ts';
import type { LeaderView } from './view.ts';

export interface LeaderCase extends LeaderView {
  /** Members that are there to stay and have spoken. */
  readonly present: readonly MemberFacts[];
  /** Of those, the ones with data of the cluster's system. */
  readonly holders: readonly MemberFacts[];
  /** The unit that is primary or was last: the decision's primary, or when frozen the previous one. */
  readonly named: string | null;
  /** Its newest facts, dying or departed included. */
  readonly namedFacts: MemberFacts | null;
  /** It is dying, leaving or no longer in Juju's list. */
  readonly namedGone: boolean;
  /** System identifiers of the present members' data. */
  readonly systems: readonly string[];
  /** The system the cluster's data belongs to, as far as it is known. */
  readonly system: string | null;
}

/** Tells the shared facts from the view. */
export function leaderCase(view: LeaderView): LeaderCase {
  const present = presentFacts(view.members);
  const named = view.decision?.primary ?? view.decision?.previous ?? null;
  const member = view.members.find((candidate) => candidate.unit === named);
  const namedFacts = member === undefined ? view.departedPrimary : member.facts;
  const systems = systemsOf(present);
  const only = systems.length === 1 ? (systems[0] ?? null) : null;
  const system = view.decision?.systemIdentifier ?? namedFacts?.systemIdentifier ?? only;
  return {
    ...view,
    present,
    holders: present.filter((facts) => facts.systemIdentifier !== null && facts.systemIdentifier === system),
    named,
    namedFacts,
    namedGone: named !== null && isGoing(member),
    systems,
    system,
  };
}

/** The next decision: everything not said stays empty, the epoch grows by one. */
export function nextDecision(
  c: LeaderCase,
  said: Pick<Decision, 'kind' | 'primary'> & Partial<Decision>,
): Decision {
  return {
    epoch: (c.decision?.epoch ?? 0) + 1,
    target: null,
    previous: c.named,
    requiredPosition: null,
    excluded: c.decision?.excluded ?? [],
    lossBytes: null,
    since: c.now,
    systemIdentifier: c.system,
    ...said,
  };
}

/** Freezes the cluster: its primary is lost. */
export function freezeDecision(c: LeaderCase, excluded: readonly string[]): Decision {
  return nextDecision(c, { kind: 'freeze', primary: null, excluded: [...excluded] });
}

/** Bytes the old primary is known to have written past `position`, by all that the members have heard. */
export function lossBytes(c: LeaderCase, position: string | null): string {
  const heard = [...c.present, ...(c.namedFacts === null ? [] : [c.namedFacts])];
  let loss = 0n;
  for (const facts of heard) {
    const beyond = bytesBetween(position, facts.primaryPosition ?? null) ?? 0n;
    if (beyond > loss) loss = beyond;
  }
  return loss.toString();
}
