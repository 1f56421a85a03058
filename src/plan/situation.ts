/** Facts of a round and what follows from them, worked out once before any step is planned. */
import { leadInTime } from '../cluster/deadlines.ts';
import { decideLeader, type LeaderOutcome, leaderRules } from '../cluster/leader.ts';
import { decideMember, type MemberOutcome, memberRules } from '../cluster/member.ts';
import type { MemberFacts } from '../cluster/member-facts.ts';
import { memberReport } from '../cluster/report.ts';
import type { LeaderRule } from '../cluster/rules/leader/verdict.ts';
import type { MemberRule } from '../cluster/rules/member/verdict.ts';
import type { LeaderView, MemberView } from '../cluster/view.ts';
import type { DesiredForwarding } from '../relations/syslog.ts';
import type { CatalogPlan } from '../server/catalog.ts';
import { catalogPlan } from './clients/catalog-plan.ts';
import { askedSeconds } from './deadlines.ts';
import { forwardingFor } from './forwarding.ts';
import type { Means } from './means.ts';
import { leaderView } from './members/leader-view.ts';
import { memberView } from './members/member-view.ts';
import type { Observation } from './observation.ts';
import { type RawLines, rawLines } from './options/raw-lines.ts';
import { type Reading, readJuju } from './reading.ts';

export interface Situation {
  readonly observation: Observation;
  readonly reading: Reading;
  /** The operator's lines for PostgreSQL's own files. */
  readonly raw: RawLines;
  readonly view: MemberView;
  readonly member: MemberOutcome;
  /** This unit's facts as it publishes them. */
  readonly report: MemberFacts;
  /** The leader's view and what it decides; null on other units. */
  readonly leading: { readonly view: LeaderView; readonly outcome: LeaderOutcome } | null;
  /** Null while it cannot be looked at. */
  readonly catalog: CatalogPlan | null;
  readonly forwarding: DesiredForwarding;
  readonly means: Means;
}

/** The rules that decide; tests plant bugs in them. */
export interface RuleSet {
  readonly leader: readonly LeaderRule[];
  readonly member: readonly MemberRule[];
}

export const shippedRules: RuleSet = { leader: leaderRules, member: memberRules };

/** Works it all out. Pure. `reading` is Juju's half where that has been parsed already. */
export function situationOf(
  observation: Observation,
  means: Means,
  reading: Reading = readJuju(observation.juju, observation.event, means),
  rules: RuleSet = shippedRules,
): Situation {
  const { juju, now } = observation;
  const manual = reading.options.options.manualReplication;
  const raw = rawLines(juju.options, observation.verdicts);
  const view = memberView(observation, reading.peers, manual);
  const member = decideMember(view, rules.member);
  const report = memberReport(view, member);
  const lead = (): Situation['leading'] => {
    const seen = leaderView(observation, reading.peers, report, manual);
    return { view: seen, outcome: leadInTime(decideLeader(seen, rules.leader), askedSeconds(juju, now)) };
  };
  return {
    observation,
    reading,
    raw,
    view,
    member,
    report,
    leading: juju.leader && juju.peer !== null ? lead() : null,
    catalog: catalogPlan(observation, reading.grants),
    forwarding: forwardingFor(observation, raw),
    means,
  };
}
