/** The action `failover`: an operator gives up a primary, or members that cannot report. */
import { freezeDecision, type LeaderSituation, leaderSituation } from './leader-situation.ts';
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
  if (s.primaryAnswers !== false) {
    return no(`${named} answers; use the action switchover, or stop its server or machine first`);
  }
  const hearing = s.members.find((member) => stillStreams(member, named));
  if (hearing !== undefined) {
    const said = `${hearing.unit} has said that it streams from ${named}, so that is alive`;
    const wayOut = 'all units look again now; if it is lost, run this again in half a minute';
    return { decision: null, refusal: `${said}; ${wayOut}`, look: true };
  }
  if (!s.holders.some((facts) => facts.unit !== named)) {
    return no(
      `no other unit has the data of ${named}; bring it back, or restore a backup in a new application`,
    );
  }
  const unfenced = s.namedFacts?.unfenced ?? null;
  if (unfenced !== null) {
    const danger = `${named} has no fence (${unfenced}) and may go on accepting writes where it is`;
    return no(`${danger}: stop its machine, then run: juju remove-unit --force ${named}`);
  }
  const loss = `what ${named} had not yet sent to a standby is lost`;
  if (!confirm) return no(`${named} would be given up: ${loss}; run again with confirm=true`);
  return {
    decision: freezeDecision(s, withUnits(s, [named])),
    message: `giving up ${named}: ${loss}; the application status tells when another has taken over`,
  };
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

/** Its bag says that it streams from `primary`, and it is alive enough for that to be true. */
function stillStreams(member: Member, primary: string): boolean {
  return member.facts?.streamingFrom === primary && member.answers !== false;
}

function withUnits(s: LeaderSituation, units: readonly string[]): string[] {
  return [...new Set([...(s.decision?.excluded ?? []), ...units])].sort(compareUnits);
}
