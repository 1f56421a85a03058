/** Steps that change what Juju keeps. */
import { isLeader } from '../juju/model.ts';
import { setBag } from '../juju/relations.ts';
import { secretAdd, secretByLabel, secretGrant, secretSet } from '../juju/secrets.ts';
import { applicationVersionSet, openPort } from '../juju/status.ts';
import { fingerprintOf, observeCredentials, passwordOf } from '../observe/credentials.ts';
import { noteBag, type PassContext, remember } from '../pass/context.ts';
import { asTold } from '../plan/clients/passwords.ts';
import { publishedSecrets, sealedContent, secretsKey, urisOf } from '../plan/clients/secrets.ts';
import { fillText, seal } from '../plan/redaction.ts';
import type { JujuStep } from '../plan/step.ts';
import type { BagContent } from '../relations/relation-facts.ts';
import { wakeSelf } from '../system/wake-self.ts';
import type { Executors } from './executor.ts';

/** Leadership may have moved on since it was observed; then the new leader does it. */
async function stillLeader(context: PassContext, owner: 'unit' | 'application'): Promise<boolean> {
  if (owner === 'unit' || (await isLeader())) return true;
  if (context.juju !== null) context.juju = { ...context.juju, leader: false };
  return false;
}

/** `content` with passwords and secrets' URIs in it. What each password hashes to is remembered for later comparisons. */
async function fillContent(content: BagContent, context: PassContext): Promise<Record<string, string>> {
  const parts = Object.values(content).flatMap((text) => (typeof text === 'string' ? [] : text));
  const roles = new Set(
    parts.flatMap((part) => (typeof part !== 'string' && 'passwordOf' in part ? [part.passwordOf] : [])),
  );
  const passwords = new Map<string, string>();
  if (roles.size > 0) {
    const root = await requireRoot(context);
    const hashes = { ...context.memory.passwords };
    const credentials = asTold(context.credentials);
    for (const role of roles) {
      const password = passwordOf(role, root, credentials);
      passwords.set(role, password);
      hashes[`${fingerprintOf(role, credentials)} ${role}`] = seal(password);
    }
    await remember(context, { ...context.memory, passwords: hashes });
  }
  const uris = urisOf(publishedSecrets(context.juju?.peer?.application[secretsKey]));
  const fill = {
    password: (role: string) => passwords.get(role) ?? '',
    secretUri: (label: string) => uris[label] ?? '',
  };
  return Object.fromEntries(Object.entries(content).map(([key, text]) => [key, fillText(text, fill)]));
}

/** The root secret; an error with the reason while this unit cannot read it. */
export async function requireRoot(context: PassContext): Promise<string> {
  const root = await context.vault.root(context.juju?.peer ?? null, context.event);
  if (root === null)
    throw new Error('the secret with the passwords cannot be read yet; it is tried again at the next event');
  return root;
}

async function publishSecret(label: string, content: Record<string, string>): Promise<string> {
  const uri = await secretByLabel(label);
  if (uri === null) return secretAdd(label, content);
  await secretSet(uri, content);
  return uri;
}

export const jujuExecutors = {
  'bag.set': async (step, context) => {
    if (!(await stillLeader(context, step.owner))) return;
    const content = await fillContent(step.content, context);
    await setBag(step.relation, step.owner, content);
    noteBag(context, step.relation, step.owner, content);
  },
  'secret.publish': async (step, context) => {
    if (!(await stillLeader(context, 'application'))) return;
    const peer = context.juju?.peer;
    if (peer === null || peer === undefined) return;
    const filled = await fillContent(step.content, context);
    const uri = await publishSecret(step.label, filled);
    await secretGrant(uri, step.relation);
    const published = publishedSecrets(peer.application[secretsKey]);
    const secretUris = urisOf(published);
    const content = sealedContent({ ...context, secretUris }, step.content);
    const note = { [secretsKey]: JSON.stringify({ ...published, [step.label]: { uri, content } }) };
    await setBag(peer.id, 'application', note);
    noteBag(context, peer.id, 'application', note);
  },
  'credentials.create': async (_, context) => {
    const peer = context.juju?.peer;
    if (peer === null || peer === undefined || !(await stillLeader(context, 'application'))) return;
    const content = await context.vault.create(peer.id, context.event);
    noteBag(context, peer.id, 'application', content);
    context.credentials = await observeCredentials(
      context.juju?.peer ?? null,
      context.event,
      context.memory,
      context.vault,
    );
  },
  'port.open': async ({ port }, context) => {
    await openPort(port);
    if (context.juju !== null) context.juju = { ...context.juju, portOpen: true };
  },
  'version.set': async ({ version }, context) => {
    await applicationVersionSet(version);
    await remember(context, { ...context.memory, shownVersion: version });
  },
  'wake.self': async (_, context) => wakeSelf(context.event.unit, context.charmDirectory),
} satisfies Executors<JujuStep['kind']>;
