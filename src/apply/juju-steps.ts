/** Steps that change what Juju keeps. */
import { isLeader } from '../juju/model.ts';
import { setBag } from '../juju/relations.ts';
import { secretAdd, secretByLabel, secretGrant, secretRemove, secretSet } from '../juju/secrets.ts';
import { applicationVersionSet, openPort } from '../juju/status.ts';
import { publishedSecrets, redactedContent, secretsKey, urisOf } from '../plan/clients/secrets.ts';
import { withBag } from '../plan/effects.ts';
import { hasSecrets } from '../plan/event.ts';
import { redactBag } from '../plan/redaction/bags.ts';
import type { JujuStep } from '../plan/step.ts';
import type { Bag } from '../relations/relation-facts.ts';
import { newRootSecret, passwordHash } from '../system/entropy.ts';
import { wakeSelf } from '../system/wake-self.ts';
import type { Applying, Executors } from './executor.ts';
import { fillContent } from './filling.ts';

/** Leadership may have moved on since it was observed; then the new leader does it. */
async function stillLeader({ juju, learn }: Applying, owner: 'unit' | 'application'): Promise<boolean> {
  if (owner === 'unit' || (await isLeader())) return true;
  if (juju !== null) learn({ ...juju, leader: false });
  return false;
}

async function publishSecret(label: string, content: Bag): Promise<string> {
  const uri = await secretByLabel(label);
  if (uri === null) return secretAdd(label, content);
  await secretSet(uri, content);
  return uri;
}

/** The bag as the rest of the pass is to see it. */
function learnBag(
  { juju, learn }: Applying,
  relation: string,
  owner: 'unit' | 'application',
  content: Bag,
): void {
  if (juju !== null) learn(withBag(juju, relation, owner, redactBag(content, passwordHash)));
}

export const jujuExecutors = {
  'bag.set': async ({ relation, owner, content }, applying) => {
    if (!(await stillLeader(applying, owner))) return;
    const filled = await fillContent(content, applying);
    await setBag(relation, owner, filled);
    learnBag(applying, relation, owner, filled);
  },
  'secret.publish': async (step, applying) => {
    if (!(await stillLeader(applying, 'application'))) return;
    const peer = applying.juju?.peer;
    if (peer === null || peer === undefined) return;
    const uri = await publishSecret(step.label, await fillContent(step.content, applying));
    await secretGrant(uri, step.relation);
    const published = publishedSecrets(peer.application[secretsKey]);
    const { credentials, memory } = applying;
    const content = redactedContent({ credentials, memory, secretUris: urisOf(published) }, step.content);
    const note = { [secretsKey]: JSON.stringify({ ...published, [step.label]: { uri, content } }) };
    await setBag(peer.id, 'application', note);
    learnBag(applying, peer.id, 'application', note);
  },
  'secret.remove': async ({ label, uri }, applying) => {
    if (!(await stillLeader(applying, 'application'))) return;
    const peer = applying.juju?.peer;
    if (peer === null || peer === undefined) return;
    await secretRemove(uri);
    const { [label]: _, ...left } = publishedSecrets(peer.application[secretsKey]);
    const note = { [secretsKey]: Object.keys(left).length === 0 ? '' : JSON.stringify(left) };
    await setBag(peer.id, 'application', note);
    learnBag(applying, peer.id, 'application', note);
  },
  'credentials.create': async (_, applying) => {
    const peer = applying.juju?.peer;
    if (peer === null || peer === undefined || !(await stillLeader(applying, 'application'))) return;
    const content = await applying.vault.create(
      peer.id,
      hasSecrets(applying.event.jujuVersion),
      newRootSecret(),
    );
    learnBag(applying, peer.id, 'application', content);
  },
  'port.open': async ({ port }, { juju, learn }) => {
    await openPort(port);
    if (juju !== null) learn({ ...juju, portOpen: true });
  },
  'version.set': async ({ version }, { remember }) => {
    await applicationVersionSet(version);
    await remember({ shownVersion: version });
  },
  'wake.self': async (_, { event, charmDirectory }) => wakeSelf(event.unit, charmDirectory),
} satisfies Executors<JujuStep['kind']>;
