/** Effects of steps that change what Juju keeps: bags, secrets, the port, the version it shows. */
import {
  asOnServer,
  type Bag,
  type BagContent,
  fingerprintOf,
  hasSecrets,
  type JujuStep,
  type Observation,
  publishedSecrets,
  redactedContent,
  redactedText,
  secretsKey,
  urisOf,
  withBag,
} from '../shipped.ts';
import type { Effects } from './effect.ts';

export const jujuEffects: Effects<JujuStep['kind']> = {
  'bag.set': (seen, { relation, owner, content }) => {
    if (owner === 'application' && !seen.juju.leader) return seen;
    const known = withPasswords(seen, content);
    return written(known, relation, owner, redacted(known, content));
  },
  'secret.publish': (seen, { label, content }) => {
    const { peer } = seen.juju;
    if (peer === null || !seen.juju.leader) return seen;
    const known = withPasswords(seen, content);
    const published = publishedSecrets(peer.application[secretsKey]);
    const entry = {
      uri: published[label]?.uri ?? `secret:${label}`,
      content: redactedContent(known, content),
    };
    const all = { ...published, [label]: entry };
    const noted = written(known, peer.id, 'application', { [secretsKey]: JSON.stringify(all) });
    return { ...noted, secretUris: urisOf(all) };
  },
  'secret.remove': (seen, { label }) => {
    const { peer } = seen.juju;
    if (peer === null || !seen.juju.leader) return seen;
    const { [label]: _, ...left } = publishedSecrets(peer.application[secretsKey]);
    const text = Object.keys(left).length === 0 ? '' : JSON.stringify(left);
    const noted = written(seen, peer.id, 'application', { [secretsKey]: text });
    return { ...noted, secretUris: urisOf(left) };
  },
  'credentials.create': (seen) => {
    const { peer } = seen.juju;
    if (peer === null || !seen.juju.leader) return seen;
    const isSecret = hasSecrets(seen.event.jujuVersion);
    const content: Bag = isSecret ? { credentials: rootUri } : { 'credentials-root': '{password:root}' };
    const source = isSecret ? rootUri : 'bag';
    const credentials = { ...seen.credentials, source, fingerprints: rootFingerprints };
    return { ...written(seen, peer.id, 'application', content), credentials };
  },
  'port.open': (seen) => ({ ...seen, juju: { ...seen.juju, portOpen: true } }),
  'version.set': (seen, { version }) => ({ ...seen, memory: { ...seen.memory, shownVersion: version } }),
  'wake.self': (seen) => seen,
};

const rootUri = 'secret:root';

/** Generation → fingerprint of the root that `credentials.create` makes. */
export const rootFingerprints: Readonly<Record<string, string>> = { '1': '0123456789abcdef' };

/** Every password in `content` has been written once: from now on it can be told from other text. */
function withPasswords(seen: Observation, content: BagContent): Observation {
  const credentials = asOnServer(seen.credentials);
  const passwords = { ...seen.memory.passwords };
  for (const part of Object.values(content).flat()) {
    if (typeof part === 'string' || !('passwordOf' in part)) continue;
    const key = `${fingerprintOf(part.passwordOf, credentials)} ${part.passwordOf}`;
    passwords[key] = `{password:${key.replaceAll(/\W/g, '')}}`;
  }
  return { ...seen, memory: { ...seen.memory, passwords } };
}

function redacted(seen: Observation, content: BagContent): Bag {
  return Object.fromEntries(Object.entries(content).map(([key, text]) => [key, redactedText(seen, text)]));
}

function written(
  seen: Observation,
  relation: string,
  owner: 'unit' | 'application',
  content: Bag,
): Observation {
  return { ...seen, juju: withBag(seen.juju, relation, owner, content) };
}
