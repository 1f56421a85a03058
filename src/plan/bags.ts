/** Keys of a bag that have to change to reach its desired content. */
import type { Bag, BagContent, BagText } from '../relations/relation-facts.ts';
import { entryOf } from '../server/entry-of.ts';
import { asOnServer } from './clients/passwords.ts';
import { fingerprintOf } from './credentials.ts';
import type { Observation } from './observation.ts';
import { fillText } from './redaction/bags.ts';
import type { JujuStep } from './step.ts';

/** Keys Juju itself keeps in every unit's bag. */
const automatic = new Set(['ingress-address', 'egress-subnets', 'private-address']);

/**
 * The step that brings bag `seen` (redacted) to `desired`; empty when nothing differs. With `whole`, keys that are not desired any more
 * are deleted. Keys stay as they are while the password in them is not known.
 */
export function planBag(
  observation: Observation,
  relation: string,
  owner: 'unit' | 'application',
  seen: Bag,
  desired: BagContent,
  whole: boolean,
): JujuStep[] {
  const changed = Object.entries(desired).filter(
    ([key, text]) =>
      hasKnownPasswords(observation, text) && redactedText(observation, text) !== (entryOf(seen, key) ?? ''),
  );
  const gone = Object.keys(seen).filter((key) => !Object.hasOwn(desired, key) && !automatic.has(key));
  const content = [...changed, ...(whole ? gone.map((key) => [key, ''] as const) : [])];
  if (content.length === 0) return [];
  return [{ kind: 'bag.set', relation, owner, content: Object.fromEntries(content) }];
}

export type RedactionFacts = Pick<Observation, 'credentials' | 'memory' | 'secretUris'>;

/** True when this unit can tell now which passwords stand in the text. */
export function hasKnownPasswords({ credentials }: Pick<Observation, 'credentials'>, text: BagText): boolean {
  const parts = typeof text === 'string' ? [] : text;
  return parts.every(
    (part) =>
      typeof part === 'string' ||
      !('passwordOf' in part) ||
      fingerprintOf(part.passwordOf, credentials) !== null,
  );
}

/** `text` as it would stand in a redacted bag. A password never published before is unlike any other text. */
export function redactedText(known: RedactionFacts, text: BagText): string {
  if (typeof text === 'string') return text;
  const { memory, secretUris } = known;
  const credentials = asOnServer(known.credentials);
  return fillText(text, {
    password: (role) => memory.passwords[`${fingerprintOf(role, credentials)} ${role}`] ?? '{password:?}',
    secretUri: (label) => entryOf(secretUris, label) ?? '{secret:?}',
  });
}
