/** Deadlines of a hook: Juju's word at its beginning holds only for so long. */
import { decisionKey } from '../cluster/bags/decision.ts';
import { isTooLateToDecide } from '../cluster/deadlines.ts';
import type { Moment } from '../server/moment.ts';
import { secondsSince } from './elapsed.ts';
import type { JujuFacts } from './observation.ts';
import type { Step } from './step.ts';

const begins: ReadonlySet<Step['kind']> = new Set<Step['kind']>([
  'server.start',
  'server.restart',
  'server.promote',
]);

/** True when this step, `askedSeconds` after Juju was asked, would make a server accept writes though another may have been promoted. */
export function isTooLate(
  step: Step,
  { writesBeginWithinSeconds }: { readonly writesBeginWithinSeconds: number | null },
  askedSeconds: number,
): boolean {
  return (
    writesBeginWithinSeconds !== null && begins.has(step.kind) && askedSeconds > writesBeginWithinSeconds
  );
}

/** Seconds since this hook asked Juju; beyond all limits when that is not known. */
export function askedSeconds({ askedAt }: Pick<JujuFacts, 'askedAt'>, now: Moment): number {
  return secondsSince(askedAt, now) ?? Number.POSITIVE_INFINITY;
}

/** True when this hook has written a decision, which Juju commits when the hook ends. */
export function hasWrittenDecision({ peer }: Pick<JujuFacts, 'peer'>): boolean {
  return peer !== null && peer.application[decisionKey] !== peer.committed[decisionKey];
}

/** True when this hook has written a decision that has become too old by `now`. */
export function hasLateDecision(juju: Pick<JujuFacts, 'peer' | 'askedAt'>, now: Moment): boolean {
  return hasWrittenDecision(juju) && isTooLateToDecide(askedSeconds(juju, now));
}
