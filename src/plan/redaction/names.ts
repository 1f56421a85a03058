/** Names whose values are secret, wherever they stand: options, keys of bags, facts and files, words before an equals sign. */

/** Options with a secret for their whole value that no ending of their name tells. All others are known by it, like names elsewhere. */
const secretOptions: ReadonlySet<string> = new Set(['install_keys', 'aws_access_key_id']);

/** Endings of names with a secret for their value. */
const passwords =
  'password|passwd|passphrase|passphrase_command|pwd|(?:secret|access|private|account|api|shared)[_-]?key';
const endings = `${passwords}|secrets?|token|signature|credentials-root`;

const secretName = new RegExp(`(?:${endings})$`, 'i');
/** Words of the charm's own for a look at a secret, and of clients for the names of fields. */
const plainNames: ReadonlySet<string> = new Set([
  'secret',
  'requested-secrets',
  'provided-secrets',
  'requested-entity-secret',
]);

/** True when the value under this name is a secret as a whole. */
export function isSecretName(name: string): boolean {
  return secretOptions.has(name) || (!plainNames.has(name) && secretName.test(name));
}

/**
 * An assignment to such a name, up to its value: `ldapbindpasswd=`, `"password": `. In a text of any size each word is read once. A colon
 * follows a secret in the URI that Juju gives it.
 */
export const assignment = new RegExp(
  `(?<![{\\w.-])[\\w.-]*?(?:(?:${endings}|sig)\\\\?["']?[ \\t]*=|(?:${passwords})\\\\?["']?[ \\t]*:(?!/))[ \\t]*`,
  'gi',
);
