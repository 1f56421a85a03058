/** Situation that the leader's rules share: the view, and what follows from it. */

import { isGoing, presentFacts, systemsOf } from './election.ts';
import type { Decision, MemberFacts } from './member-facts.ts';
import { bytesBetween } from './position.ts';
import type { LeaderView } from './view.ts';

export interface LeaderSituation extends LeaderView {
  /** Members that are there to stay and have spoken. */
  readonly present: readonly MemberFacts[];
  /** Present members with data of the cluster's system. */
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
export function leaderSituation(view: LeaderView): LeaderSituation {
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

/** True when a member's server was tried just now and did not answer. */
export function isSilent({ members }: Pick<LeaderView, 'members'>, unit: string | null): boolean {
  return members.some((member) => member.unit === unit && member.answers === false);
}

/** The next decision: everything not said stays empty, the epoch grows by one. */
export function nextDecision(
  s: LeaderSituation,
  said: Pick<Decision, 'kind' | 'primary'> & Partial<Decision>,
): Decision {
  return {
    epoch: (s.decision?.epoch ?? 0) + 1,
    target: null,
    previous: s.named,
    requiredPosition: null,
    excluded: s.decision?.excluded ?? [],
    lossBytes: null,
    since: s.now,
    systemIdentifier: s.system,
    ...said,
  };
}

/** Freezes the cluster: its primary is lost. */
export function freezeDecision(s: LeaderSituation, excluded: readonly string[]): Decision {
  return nextDecision(s, { kind: 'freeze', primary: null, excluded: [...excluded] });
}

/** Bytes the old primary is known to have written past `position`, by the members' reports. */
export function lossBytes(s: LeaderSituation, position: string | null): string {
  const reports = [...s.present, ...(s.namedFacts === null ? [] : [s.namedFacts])];
  let loss = 0n;
  for (const facts of reports) {
    const beyond = bytesBetween(position, facts.primaryPosition ?? null) ?? 0n;
    if (beyond > loss) loss = beyond;
  }
  return loss.toString();
}
