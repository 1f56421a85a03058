/** Secrets for clients: made when missing, renewed when their content changes, removed with their relation. */

import type { DesiredSecret } from '../../relations/relation-facts.ts';
import { entryOf } from '../../server/entry-of.ts';
import { isJsonObject, jsonObject } from '../../server/json.ts';
import { hasKnownPasswords, type RedactionFacts, redactedText } from '../bags.ts';
import type { Observation } from '../observation.ts';
import type { Step } from '../step.ts';

/** Key of the peer application bag: label → URI and redacted content of each secret that was published, as JSON. */
export const secretsKey = 'client-secrets';

/** Steps for secrets that are not published with this content yet; none while a password in it is not known. */
export function planSecrets(observation: Observation, desired: readonly DesiredSecret[]): Step[] {
  if (desired.length === 0) return [];
  const published = publishedSecrets(observation.juju.peer?.application[secretsKey]);
  return desired.flatMap(({ label, content, grantTo }): Step[] => {
    if (!Object.values(content).every((text) => hasKnownPasswords(observation, text))) return [];
    if (entryOf(published, label)?.content === redactedContent(observation, content)) return [];
    return [{ kind: 'secret.publish', relation: grantTo, label, content }];
  });
}

/** The leader's steps for secrets whose relation is gone. A leaving unit no longer sees which ones there are. */
export function planSecretRemovals({ juju }: Pick<Observation, 'juju'>): Step[] {
  if (!juju.leader || juju.leaving || juju.peer === null) return [];
  const relations = new Set(juju.clients.flatMap(({ id, broken }) => (broken ? [] : [id])));
  const published = publishedSecrets(juju.peer.application[secretsKey]);
  return Object.entries(published).flatMap(([label, { uri }]): Step[] => {
    const [endpoint, number] = label.split('.');
    return relations.has(`${endpoint}:${number}`) ? [] : [{ kind: 'secret.remove', label, uri }];
  });
}

/** The content of a secret as one text, without its passwords. */
export function redactedContent(known: RedactionFacts, content: DesiredSecret['content']): string {
  const entries = Object.entries(content).map(([key, text]) => [key, redactedText(known, text)] as const);
  return JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export interface PublishedSecret {
  readonly uri: string;
  readonly content: string;
}

/** Secrets that were published, by label; an entry that is none is left out. */
export function publishedSecrets(text: string | undefined): Record<string, PublishedSecret> {
  return Object.fromEntries(
    Object.entries(jsonObject(text) ?? {}).flatMap(([label, value]) => {
      if (!isJsonObject(value)) return [];
      const { uri, content } = value;
      return typeof uri === 'string' && typeof content === 'string' ? [[label, { uri, content }]] : [];
    }),
  );
}

/** Label → URI. */
export function urisOf(published: Readonly<Record<string, PublishedSecret>>): Record<string, string> {
  return Object.fromEntries(Object.entries(published).map(([label, { uri }]) => [label, uri]));
}
