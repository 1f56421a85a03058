/** The action `failover`: an operator gives up a primary, or members that cannot report. */
import { freezeDecision, isSilent, type LeaderSituation, leaderSituation } from './leader-situation.ts';
import { lookSeconds } from './limits.ts';
import { hasManualEnded } from './manual.ts';
import type { MemberFacts } from './member-facts.ts';
import { missing, unfencedHeir } from './rules/leader/frozen.ts';
import type { Answer } from './switchover.ts';
import { compareUnits } from './units.ts';
import type { LeaderView, Member } from './view.ts';

/**
 * Checks a failover. `view.primaryAnswers` and the members' `answers` are tried just before. Without
 * `confirm` it says what would happen; with it, it returns the decision that freezes the cluster without the
 * units given up.
 */
export function checkFailover(view: LeaderView, confirm: boolean): Answer {
  const s = leaderSituation(view);
  const { decision, named } = s;
  const no = (refusal: string): Answer => ({ decision: null, refusal });
  if (s.manual) return no('manual_replication is on: promote by hand, or reset the option first');
  if (decision === null || named === null)
    return no('there is no primary yet; wait until the application is active');
  if (decision.kind === 'freeze') return giveUpSilent(s, confirm);
  const alive = signOfLife(s, named) ?? soleHolder(s, named);
  if (alive !== null) return no(alive);
  const hearing = s.members.find((member) => stillStreams(s, member));
  if (hearing !== undefined) return lookFirst(s, named, hearing.unit);
  const unfenced = unfencedDanger(s, s.namedFacts);
  if (unfenced !== null) return no(unfenced);
  const state = s.primaryAnswers === false ? '' : `${named} is ${s.namedFacts?.role}; `;
  const loss = `what ${named} had not yet sent to a standby is lost`;
  if (!confirm) return no(`${state}${named} would be given up: ${loss}; run again with confirm=true`);
  return {
    decision: freezeDecision(s, withUnits(s, [named])),
    message: `giving up ${named}: ${loss}; the application status tells when another has taken over`,
  };
}

/**
 * Reason the primary must not be given up as it is; null when it does not answer, or reports itself that its server does not run: whatever
 * its server becomes, it stops when it reads the freeze.
 */
function signOfLife({ primaryAnswers, namedFacts }: LeaderSituation, named: string): string | null {
  if (namedFacts === null || primaryAnswers === null) {
    return `${named} has not reported where it is, so nobody can try it; if it is lost: juju remove-unit --force ${named}`;
  }
  if (!primaryAnswers) return null;
  switch (namedFacts.role) {
    case 'primary':
      return `${named} answers; use the action switchover, or stop its server or machine first`;
    case 'standby':
      return `${named} answers and is about to take over; wait for that, or stop its server or machine first`;
    default:
      return null;
  }
}

/** Reason no member could take over from the primary; null when one can. */
function soleHolder(s: LeaderSituation, named: string): string | null {
  const others = s.holders.filter(({ unit }) => unit !== named).map(({ unit }) => unit);
  if (others.length === 0) {
    return `no other unit has the data of ${named}; bring it back, or restore a backup in a new application`;
  }
  if (others.some((unit) => !isSilent(s, unit))) return null;
  const whom = others.join(' and ');
  return `of the other units only ${whom} has the data of ${named}, and does not answer; bring one of them back first`;
}

/** Reason giving it up would leave two primaries; null when it stops by itself, or is this unit, which acts on the freeze. */
function unfencedDanger(s: LeaderSituation, facts: MemberFacts | null): string | null {
  const why = facts === null ? null : (facts.unfenced ?? manualDanger(s, facts));
  if (facts === null || why === null || facts.unit === s.unit) return null;
  const danger = `${facts.unit} has no fence (${why}) and may go on accepting writes where it is`;
  return `${danger}: stop its machine, then run: juju remove-unit --force ${facts.unit}`;
}

/** Under manual_replication there is no fence (decision 13), and it may not have heard of its end. */
function manualDanger(s: LeaderSituation, { manual, role }: MemberFacts): string | null {
  const mayWrite = role === 'primary' || role === 'starting' || role === 'down';
  const hasHeard = manual === null || manual === undefined ? !hasManualEnded(s) : manual.ended;
  return mayWrite && !hasHeard ? 'it has not said that manual_replication is over' : null;
}

/** Refuses because a member hears the primary, and makes all look again, unless they are about to. */
function lookFirst(s: LeaderSituation, named: string, hearing: string): Answer {
  const said = `${hearing} has said that it streams from ${named}, so that is alive`;
  const wayOut = 'all units look again now; if it is lost, run this again in half a minute';
  const isAsked = s.look !== null && s.look.ageSeconds < 2 * lookSeconds;
  return { decision: null, refusal: `${said}; ${wayOut}`, ...(isAsked ? {} : { look: true }) };
}

function giveUpSilent(s: LeaderSituation, confirm: boolean): Answer {
  const excluded = s.decision?.excluded ?? [];
  const silent = waitedFor(s);
  const no = (refusal: string): Answer => ({ decision: null, refusal });
  if (silent.length === 0) {
    return no(`a failover from ${s.named} is in progress and waits for nobody; see the application status`);
  }
  const whom = silent.join(', ');
  const standing = s.holders.filter(
    (facts) => !excluded.includes(facts.unit) && !silent.includes(facts.unit),
  );
  if (standing.length === 0)
    return no(`${whom} cannot be given up: no other unit has the data; bring one back`);
  // Standbys do not write; one that was promoted by hand may.
  const writers = s.holders.filter(({ unit, role }) => silent.includes(unit) && role === 'primary');
  const danger = writers.flatMap((facts) => unfencedDanger(s, facts) ?? [])[0];
  if (danger !== undefined) return no(danger);
  if (!confirm) {
    return no(`${whom} would be given up, with whatever only they received; run again with confirm=true`);
  }
  return { decision: freezeDecision(s, withUnits(s, silent)), message: `giving up ${whom}` };
}

/** Members that the failover waits for: they have not reported, or have the most and no fence. */
function waitedFor(s: LeaderSituation): string[] {
  const silent = missing(s);
  const heir = unfencedHeir(s);
  return silent.length > 0 || heir === null ? silent : [heir.unit];
}

/**
 * Its bag says that it streams from the primary, and it is alive enough for that to be true. One that was asked to look and has not for
 * long (its hooks fail, its agent hangs) is not believed: the freeze will wait for its report.
 */
function stillStreams({ named, look }: LeaderSituation, { facts, answers }: Member): boolean {
  if (facts === null || facts.streamingFrom !== named || answers === false) return false;
  return look === null || facts.looked === look.request || look.ageSeconds < lookSeconds;
}

function withUnits(s: LeaderSituation, units: readonly string[]): string[] {
  return [...new Set([...(s.decision?.excluded ?? []), ...units])].sort(compareUnits);
}
