import { readFile } from 'node:fs/promises';

/** Accounts that own the charm's files. */
export type Account = 'root' | 'postgres';

export interface AccountIds {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Numeric ids of `account` from /etc/passwd; null when this process may not change owners (it is not root),
 * so that a rehearsal as an ordinary user leaves its own ownership. Throws when root asks for an account
 * that does not exist.
 */
export async function accountIds(account: Account): Promise<AccountIds | null> {
  if (process.getuid?.() !== 0) return null;
  if (account === 'root') return { uid: 0, gid: 0 };
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith(`${account}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`this machine has no account "${account}"`);
  return { uid: Number(uid), gid: Number(gid) };
}
