/** What a unit publishes about itself. */
import { isGoing } from './election.ts';
import type { MemberOutcome } from './member.ts';
import type { MemberFacts } from './member-facts.ts';
import { roleOf } from './own-server.ts';
import type { MemberView } from './view.ts';

/**
 * The unit's facts for its bag, from the view its goal was decided on. The position is in it only where the
 * leader compares it: see MemberFacts.
 */
export function memberReport(view: MemberView, outcome: MemberOutcome): MemberFacts {
  const { own, job } = view;
  const { memory } = outcome;
  const role = roleOf(own);
  const refused = memory.refused?.epoch === memory.doneEpoch ? memory.refused.why : null;
  const copying = job?.state === 'running';
  return {
    unit: view.unit,
    host: view.host,
    port: view.port,
    version: view.version,
    systemIdentifier: own.systemIdentifier,
    role,
    timeline: own.timeline,
    position: position(view, outcome),
    primaryPosition: isFrozen(view, outcome) ? (memory.noted?.primaryPosition ?? null) : null,
    settings: own.settings,
    lineage: memory.lineage,
    history: own.history,
    streamingFrom: own.streaming ? unitAt(view, own.follows) : null,
    epoch: memory.doneEpoch,
    refused,
    leaving: view.dying,
    job: copying ? job.name : null,
    jobFrom: copying ? job.from : null,
  };
}

function position(view: MemberView, outcome: MemberOutcome): string | null {
  const { own } = view;
  if (roleOf(own) === 'stopped') return own.position;
  if (!isFrozen(view, outcome) && !isLeftBehind(view)) return null;
  const { noted } = outcome.memory;
  return noted?.timeline === own.timeline ? noted.position : own.position;
}

function isFrozen(view: MemberView, outcome: MemberOutcome): boolean {
  const { decision } = view;
  if (decision?.kind !== 'freeze' || outcome.memory.doneEpoch !== decision.epoch) return false;
  return roleOf(view.own) === 'standby';
}

/** Its primary is being removed and sends nothing any more: whoever has all of its WAL may succeed it. */
function isLeftBehind({ unit, own, decision, others }: MemberView): boolean {
  if (roleOf(own) !== 'standby' || own.streaming) return false;
  if (decision === null || decision.kind === 'freeze' || decision.primary === unit) return false;
  return isGoing(others.find((member) => member.unit === decision.primary));
}

function unitAt(view: MemberView, host: string | null): string | null {
  return view.others.find((member) => member.facts?.host === host)?.unit ?? null;
}
