/** The leader's decision as the text of the application bag, and back. */

import { entryOf } from '../../server/entry-of.ts';
import { jsonObject } from '../../server/json.ts';
import type { Decision } from '../member-facts.ts';
import { parsePosition } from '../position.ts';

/**
 * The key of the application bag that holds the decision: one key, so that it is read whole or not at all.
 */
export const decisionKey = 'decision';

/** The decision as JSON, keys in a fixed order. */
export function encodeDecision(decision: Decision): string {
  return JSON.stringify({
    epoch: decision.epoch,
    kind: decision.kind,
    primary: decision.primary,
    target: decision.target,
    previous: decision.previous,
    requiredPosition: decision.requiredPosition,
    requiredTimeline: decision.requiredTimeline ?? null,
    excluded: decision.excluded,
    lossBytes: decision.lossBytes,
    since: decision.since,
    systemIdentifier: decision.systemIdentifier ?? null,
  });
}

export interface ReadDecision {
  /** Null when nothing is decided. */
  readonly decision: Decision | null;
  /** Set when there is text that cannot be understood: then nothing may be decided or done. */
  readonly problem: string | null;
}

/** Reads the decision. Never throws. */
export function decodeDecision(text: string | null | undefined): ReadDecision {
  if (!text) return { decision: null, problem: null };
  const raw = jsonObject(text);
  const problem = `application bag: cannot read decision=${JSON.stringify(text.slice(0, 80))}`;
  if (raw === null) return { decision: null, problem };
  const word = (key: string): string | null => {
    const value = entryOf(raw, key);
    return typeof value === 'string' ? value : null;
  };
  const kind = (['primary', 'freeze', 'handover'] as const).find((name) => name === raw['kind']);
  const epoch = raw['epoch'];
  if (kind === undefined || typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 1) {
    return { decision: null, problem };
  }
  const requiredPosition = word('requiredPosition');
  if (requiredPosition !== null && parsePosition(requiredPosition) === null)
    return { decision: null, problem };
  if (kind !== 'freeze' && word('primary') === null) return { decision: null, problem };
  const requiredTimeline = raw['requiredTimeline'];
  const excluded = Array.isArray(raw['excluded']) ? (raw['excluded'] as unknown[]) : [];
  return {
    decision: {
      epoch,
      kind,
      primary: word('primary'),
      target: word('target'),
      previous: word('previous'),
      requiredPosition,
      requiredTimeline: Number.isSafeInteger(requiredTimeline) ? (requiredTimeline as number) : null,
      excluded: excluded.filter((unit): unit is string => typeof unit === 'string'),
      lossBytes: word('lossBytes'),
      since: word('since') ?? '',
      systemIdentifier: word('systemIdentifier'),
    },
    problem: null,
  };
}
