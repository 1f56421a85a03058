/** Passwords and secrets' URIs in place of the labels that a plan holds. */
import { asOnServer } from '../plan/clients/passwords.ts';
import { publishedSecrets, secretsKey, urisOf } from '../plan/clients/secrets.ts';
import { fingerprintOf } from '../plan/credentials.ts';
import { fillText, redacted } from '../plan/redaction/bags.ts';
import type { BagContent } from '../relations/relation-facts.ts';
import { entryOf } from '../server/entry-of.ts';
import { derivePassword, passwordHash } from '../system/entropy.ts';
import type { Applying } from './executor.ts';

/** `content` with passwords and secrets' URIs in it. The hash of each password is remembered for later comparisons. */
export async function fillContent(content: BagContent, applying: Applying): Promise<Record<string, string>> {
  const passwords = await passwordsFor(content, applying);
  const uris = urisOf(publishedSecrets(applying.juju?.peer?.application[secretsKey]));
  const fill = {
    password: (role: string) => passwords.get(role) ?? '',
    secretUri: (label: string) => entryOf(uris, label) ?? '',
  };
  return Object.fromEntries(Object.entries(content).map(([key, text]) => [key, fillText(text, fill)]));
}

async function passwordsFor(content: BagContent, applying: Applying): Promise<Map<string, string>> {
  const parts = Object.values(content).flatMap((text) => (typeof text === 'string' ? [] : text));
  const roles = new Set(
    parts.flatMap((part) => (typeof part !== 'string' && 'passwordOf' in part ? [part.passwordOf] : [])),
  );
  const passwords = new Map<string, string>();
  if (roles.size === 0) return passwords;
  const root = await requireRoot(applying);
  const hashes = { ...applying.memory.passwords };
  const credentials = asOnServer(applying.credentials);
  for (const role of roles) {
    const password = derivePassword(root, role, entryOf(credentials.generations, role) ?? 1);
    passwords.set(role, password);
    hashes[`${fingerprintOf(role, credentials)} ${role}`] = redacted(password, passwordHash);
  }
  await applying.remember({ passwords: hashes });
  return passwords;
}

/** The root secret; an error with the reason while this unit cannot read it. */
export async function requireRoot({ vault, juju }: Applying): Promise<string> {
  const root = await vault.root(juju?.peer ?? null);
  if (root === null)
    throw new Error('the secret with the passwords cannot be read yet; it is tried again at the next event');
  return root;
}
