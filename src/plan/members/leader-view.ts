/** View of the leader's rules, made from an observation. */
import type { MemberFacts } from '../../cluster/member-facts.ts';
import { compareUnits } from '../../cluster/units.ts';
import type { LeaderView, Member } from '../../cluster/view.ts';
import { entryOf } from '../../server/entry-of.ts';
import { secondsSince } from '../elapsed.ts';
import type { Observation } from '../observation.ts';
import { heldSeconds, tried } from './member-view.ts';
import { lookKey, namedPrimary, type Peers } from './peers.ts';

/** The leader's view. `own` are this unit's facts as seen now. */
export function leaderView(
  observation: Observation,
  peers: Peers,
  own: MemberFacts,
  manual: boolean,
): LeaderView {
  const { event, juju, nowText } = observation;
  const { decision } = peers;
  const self: Member = { unit: event.unit, dying: juju.leaving, facts: own, answers: null };
  const named = namedPrimary(decision);
  return {
    unit: event.unit,
    now: nowText,
    decision,
    heldSeconds: heldSeconds(observation, decision),
    members: [self, ...tried(peers, observation)].toSorted((a, b) => compareUnits(a.unit, b.unit)),
    departedPrimary: named === null ? null : (entryOf(peers.departed, named) ?? null),
    primaryAnswers: primaryAnswers(observation, peers, named),
    primarySilentSeconds: silentSeconds(observation, named),
    primaryRemains:
      named !== null && (juju.units?.includes(named) ?? peers.others.some(({ unit }) => unit === named)),
    look: lookOf(observation),
    manual,
  };
}

function lookOf({ juju, memory, now }: Observation): LeaderView['look'] {
  const request = juju.peer?.committed[lookKey] ?? null;
  if (request === null) return null;
  const at = memory.lookSeen?.request === request ? memory.lookSeen.at : null;
  return { request, ageSeconds: secondsSince(at, now) ?? 0 };
}

function primaryAnswers(
  { answers, server, event }: Observation,
  { others }: Peers,
  named: string | null,
): boolean | null {
  if (named === null) return null;
  // A leader asks itself as well: nobody else may be there to tell it.
  if (named === event.unit) return server.state !== 'down' && server.state !== 'absent';
  const host = others.find((member) => member.unit === named)?.facts?.host;
  // A trial is newer than a stream, which can look alive for a minute after its source has lost power.
  const answered = entryOf(answers, named);
  if (answered !== undefined) return answered;
  const running = server.running;
  return running?.streaming === true && host !== undefined && running.upstreamHost === host ? true : null;
}

/** Time since the decision's primary last answered, this trial included; null when it did or was not tried. */
function silentSeconds({ answers, memory, now }: Observation, named: string | null): number | null {
  if (named === null || entryOf(answers, named) !== false) return null;
  return memory.silent?.unit === named ? (secondsSince(memory.silent.since, now) ?? 0) : 0;
}
