/** The application's status, shown by the leader: only what is known to be so counts, and every other unit is named. */
import { isGoing } from './election.ts';
import type { Status } from './goal.ts';
import type { LeaderSituation } from './leader-situation.ts';
import type { MemberFacts } from './member-facts.ts';
import { isStreaming } from './streams.ts';
import type { Member } from './view.ts';

/** `1 primary, 2 standbys`, or what is wrong. */
export function applicationStatus(s: LeaderSituation): Status {
  const members = s.members.filter((member) => !isGoing(member));
  const states = members.map((member) => ({ unit: member.unit, state: stateOf(member, s) }));
  const primaries = states.filter(({ state }) => state === 'primary').map(({ unit }) => unit);
  if (primaries.length > 1) return blocked(`More than one primary: ${primaries.join(', ')}`);
  if (primaries.length === 0) return withoutPrimary(s);
  const standbys = states.filter(({ state }) => state === 'standby').length;
  const rest = states
    .filter(({ state }) => state !== 'primary' && state !== 'standby')
    .map(({ unit, state }) => `${unit} ${state}`);
  const lost = s.decision?.lossBytes ?? '0';
  const loss = lost === '0' ? [] : [`up to ${lost} bytes were lost with ${s.decision?.previous}`];
  const counts = `1 primary${standbys === 0 ? '' : `, ${standbys} standby${standbys === 1 ? '' : 's'}`}`;
  return { state: 'active', message: [counts, ...rest, ...loss].join('; ') };
}

/** `primary`, `standby`, or the words for any other state. */
function stateOf({ unit, facts, answers }: Member, s: LeaderSituation): string {
  // Units that were given up have left only their last report.
  if (s.decision?.excluded.includes(unit)) return 'was given up';
  if (facts === null) return 'has not reported';
  if (facts.role === 'primary') {
    const isSilent = answers === false || (unit === s.named && s.primaryAnswers === false);
    return isSilent ? 'does not answer' : 'primary';
  }
  if (facts.role !== 'standby') return standstill(facts);
  return isStreaming(facts, s.present) ? 'standby' : 'does not stream';
}

function standstill({ role, job, problem }: MemberFacts): string {
  if (job === 'clone') return 'takes a copy';
  if (job === 'rewind') return 'is rewound';
  if (problem) return `is down (${problem})`;
  if (role === 'none') return 'has no data yet';
  return role === 'stopped' ? 'is stopped' : `is ${role}`;
}

function withoutPrimary(s: LeaderSituation): Status {
  const { named, namedFacts } = s;
  if (named === null) return waiting('No primary yet, waiting for a decision');
  const wayOut = s.holders.some(({ unit }) => unit !== named)
    ? 'to give it up, use the action failover'
    : 'no other unit has its data';
  if (namedFacts?.problem) return blocked(`${named}: ${namedFacts.problem}; ${wayOut}`);
  if (s.primaryAnswers === false) return blocked(`${named} does not answer; ${wayOut}`);
  if (namedFacts === null) return waiting(`No primary yet: ${named} has not reported`);
  return namedFacts.role === 'standby' || namedFacts.role === 'primary'
    ? waiting(`No primary yet, waiting for ${named}`)
    : waiting(`No primary yet: ${named} ${standstill(namedFacts)}`);
}

function waiting(message: string): Status {
  return { state: 'waiting', message };
}

function blocked(message: string): Status {
  return { state: 'blocked', message };
}
