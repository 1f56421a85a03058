/** What one round of a pass works out from its observation, before it plans any step. */
import { leadInTime } from '../cluster/deadlines.ts';
import { decideLeader, type LeaderOutcome } from '../cluster/leader.ts';
import { decideMember, type MemberOutcome } from '../cluster/member.ts';
import { memberReport } from '../cluster/report.ts';
import type { MemberView } from '../cluster/view.ts';
import { applicationOf } from '../pass/event.ts';
import type { DesiredForwarding } from '../relations/syslog.ts';
import type { CatalogPlan } from '../server/catalog.ts';
import type { Render } from '../server/managed-files.ts';
import { clientWishes, planClients } from './clients/desired.ts';
import { logWishes } from './forwarding.ts';
import { leaderView, memberView, type ReadPeers, readPeers, secondsSince } from './members/views.ts';
import type { Observation } from './observation.ts';
import { type ReadOptions, readOptions } from './options/read.ts';
import type { ServerWish } from './server/desired-server.ts';
import type { FailedStep } from './step.ts';

/** Everything a round knows, worked out once. */
export interface Round {
  readonly observation: Observation;
  readonly read: ReadOptions;
  readonly peers: ReadPeers;
  readonly view: MemberView;
  readonly member: MemberOutcome;
  readonly leader: LeaderOutcome | null;
  readonly catalog: CatalogPlan;
  readonly wishes: ReturnType<typeof clientWishes>;
  readonly logs: DesiredForwarding;
  readonly wish: ServerWish;
  /** What did not work in this pass. */
  readonly failed: readonly FailedStep[];
}

/** Works it all out. Pure. */
export function workOut(observation: Observation, render: Render, failed: readonly FailedStep[]): Round {
  const application = applicationOf(observation.event.unit);
  const read = withChecked(readOptions(observation.juju.options, application), observation);
  const manual = read.options.manualReplication;
  const peers = readPeers(observation);
  const view = memberView(observation, peers, manual);
  const member = decideMember(view);
  const own = memberReport(view, member);
  const leads = observation.juju.leader && observation.juju.peer !== null;
  const decide = (): LeaderOutcome =>
    leadInTime(
      decideLeader(leaderView(observation, peers, own, manual)),
      secondsSince(observation.juju.askedAt, observation.now),
    );
  const leader = leads ? decide() : null;
  const wishes = clientWishes(observation, read.options);
  const catalog = planClients(observation, wishes);
  const logs = logWishes(observation, read.options);
  const asked = { hba: wishes.hba, syslogIdent: logs.ident };
  const wish: ServerWish = { observation, view, outcome: member, options: read, ...asked, render };
  return { observation, read, peers, view, member, leader, catalog, wishes, logs, wish, failed };
}

/** What PostgreSQL itself finds wrong counts like what reading the options finds. */
function withChecked(read: ReadOptions, { checked }: Observation): ReadOptions {
  const found = (checked?.problems ?? []).filter((problem) => !read.problems.includes(problem));
  return found.length === 0 ? read : { ...read, problems: [...read.problems, ...found], keepFiles: true };
}
