/** Facts that a unit publishes about itself. */
import { isGoing } from './election.ts';
import type { MemberOutcome } from './member.ts';
import type { ManualNote, MemberFacts } from './member-facts.ts';
import { newestTimeline, roleOf } from './own-server.ts';
import { slotName } from './units.ts';
import type { MemberView } from './view.ts';

/**
 * The unit's facts for its bag, from the view its goal was decided on. The position is in it only where the
 * leader compares it: see MemberFacts. Facts that cannot be looked at now stay as they were published.
 */
export function memberReport(view: MemberView, outcome: MemberOutcome): MemberFacts {
  const { own, job } = view;
  const { memory } = outcome;
  const refused = memory.refused?.epoch === memory.doneEpoch ? memory.refused.why : null;
  const copying = job?.state === 'running';
  return {
    unit: view.unit,
    host: view.host,
    port: view.port,
    version: view.version,
    role: roleOf(own, view.published),
    ...standing(view),
    position: position(view, outcome),
    primaryPosition: isFrozen(view, outcome) ? (memory.noted?.primaryPosition ?? null) : null,
    manual: manualNote(view, outcome),
    lineage: memory.lineage,
    looked: view.look,
    problem: problemOf(view),
    epoch: memory.doneEpoch,
    refused,
    unfenced: unfenced(view),
    leaving: view.dying,
    job: copying ? job.name : null,
    jobFrom: copying ? job.from : null,
  };
}

type Standing = Pick<
  MemberFacts,
  'systemIdentifier' | 'timeline' | 'history' | 'settings' | 'streamingFrom' | 'sendingTo'
>;

/** Position of its data, and the member it streams from. */
function standing(view: MemberView): Standing {
  const { own, published } = view;
  const seen: Standing = {
    systemIdentifier: own.systemIdentifier,
    timeline: own.timeline,
    history: own.history,
    settings: own.settings,
    streamingFrom: own.streaming ? unitAt(view, own.follows) : null,
    sendingTo: sendingTo(view),
  };
  if (own.unknown === null || published === null) return seen;
  // pg_control is behind after a promotion, and may be all that can be read.
  const timeline = Math.max(published.timeline ?? 0, own.timeline === null ? 0 : newestTimeline(own));
  return {
    systemIdentifier: own.systemIdentifier ?? published.systemIdentifier,
    timeline: timeline === 0 ? null : timeline,
    history: own.history.length > published.history.length ? own.history : published.history,
    settings: published.settings ?? {},
    streamingFrom: own.state === 'unknown' ? published.streamingFrom : null,
    sendingTo: own.state === 'unknown' ? (published.sendingTo ?? null) : null,
  };
}

/** Reason for the other members: a unit without a fence cannot be promoted, and a primary without one does not stop by itself. */
function unfenced({ fence }: MemberView): string | null {
  return fence.isNeeded && !fence.isAlive ? (fence.problem ?? 'it does not run') : null;
}

/** Members connected to this server; null when there is nothing to say. */
function sendingTo({ own, others }: MemberView): string[] | null {
  if (own.state !== 'running' || others.length === 0) return null;
  const slots = new Set(own.senders.map(({ slot }) => slot));
  return others.map(({ unit }) => unit).filter((unit) => slots.has(slotName(unit)));
}

/** Reason why its server does not run: its data is missing, or no start works. */
function problemOf({ own, memory, decision, unit }: MemberView): string | null {
  if (own.volumeAway !== null && own.state === 'down') return `its data is missing, ${own.volumeAway}`;
  const isGone = own.state === 'absent' && memory.systemIdentifier !== null && decision?.primary === unit;
  if (isGone) return 'its data directory is gone, bring it back';
  return own.unknown === null && own.state !== 'running' ? withoutNumbers(own.problem) : null;
}

/** Process numbers differ from one attempt to the next, and each change of a bag wakes all peers. */
function withoutNumbers(problem: string | null): string | null {
  return problem?.replaceAll(/(?<=xlogtemp|PID)[. ]\d+/g, '') ?? null;
}

function position(view: MemberView, outcome: MemberOutcome): string | null {
  const { own, published } = view;
  if (own.unknown !== null) return published?.position ?? null;
  if (roleOf(own, published) === 'stopped') return own.position;
  if (!isFrozen(view, outcome) && !isLeftBehind(view)) return null;
  const { noted } = outcome.memory;
  return noted?.timeline === own.timeline ? noted.position : own.position;
}

function isFrozen(view: MemberView, outcome: MemberOutcome): boolean {
  const { decision } = view;
  if (decision?.kind !== 'freeze' || outcome.memory.doneEpoch !== decision.epoch) return false;
  return roleOf(view.own, view.published) === 'standby';
}

/** Its primary is being removed and sends nothing any more: whoever has all of its WAL may succeed it. */
function isLeftBehind({ unit, own, published, decision, others }: MemberView): boolean {
  if (roleOf(own, published) !== 'standby' || own.streaming) return false;
  if (decision === null || decision.kind === 'freeze' || decision.primary === unit) return false;
  return isGoing(others.find((member) => member.unit === decision.primary));
}

function unitAt(view: MemberView, host: string | null): string | null {
  return view.others.find((member) => member.facts?.host === host)?.unit ?? null;
}

function manualNote({ manual }: MemberView, { memory: { manualEpoch } }: MemberOutcome): ManualNote | null {
  return manualEpoch === null ? null : { epoch: manualEpoch, ended: !manual };
}
