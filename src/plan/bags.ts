/** From the wanted content of a bag to the keys that have to change. */

import { fingerprintOf } from '../observe/credentials.ts';
import type { Bag, BagContent, BagText } from '../relations/relation-facts.ts';
import { asTold } from './clients/passwords.ts';
import type { Observation } from './observation.ts';
import { fillText } from './redaction.ts';
import type { JujuStep } from './step.ts';

/** Keys Juju itself keeps in every unit's bag. */
const automatic = new Set(['ingress-address', 'egress-subnets', 'private-address']);

/**
 * The step that brings bag `seen` (sealed) to `wanted`; empty when nothing differs. With `whole`, keys that are not wanted any more
 * are deleted.
 */
export function planBag(
  observation: Observation,
  relation: string,
  owner: 'unit' | 'application',
  seen: Bag,
  wanted: BagContent,
  whole: boolean,
): JujuStep[] {
  const content: Record<string, BagText> = {};
  for (const [key, text] of Object.entries(wanted)) {
    if (sealedText(observation, text) !== (seen[key] ?? '')) content[key] = text;
  }
  if (whole) {
    for (const key of Object.keys(seen)) if (!(key in wanted) && !automatic.has(key)) content[key] = '';
  }
  return Object.keys(content).length === 0 ? [] : [{ kind: 'bag.set', relation, owner, content }];
}

export type SealingFacts = Pick<Observation, 'credentials' | 'memory' | 'secretUris'>;

/** `text` as it would stand in a sealed bag. A password never published before is unlike any other text. */
export function sealedText(known: SealingFacts, text: BagText): string {
  const { memory, secretUris } = known;
  const credentials = asTold(known.credentials);
  return fillText(text, {
    password: (role) => memory.passwords[`${fingerprintOf(role, credentials)} ${role}`] ?? '{password:?}',
    secretUri: (label) => secretUris[label] ?? '{secret:?}',
  });
}
