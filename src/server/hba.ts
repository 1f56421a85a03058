/** Rules of pg_hba.conf as data, and the view of its template. */
import { networkOf } from './address.ts';

/**
 * One client's access. `all` and `replication` mean what they mean in pg_hba.conf; a database of that name
 * is not reachable.
 */
export interface HbaGrant {
  readonly database: string | { readonly word: 'all' | 'replication' };
  readonly user: string | { readonly word: 'all' };
  readonly network: string;
}

export interface DesiredHba {
  /** Addresses of the other units; exactly they may replicate. */
  readonly peers: readonly string[];
  readonly replicationRole: string;
  readonly grants: readonly HbaGrant[];
  /** Networks of option admin_addresses, already found good. */
  readonly adminNetworks: readonly string[];
  /** Lines of option extra_pg_auth, already found good. */
  readonly extraLines: readonly string[];
}

export interface HbaView {
  readonly peers: readonly string[];
  readonly clients: readonly string[];
  readonly admins: readonly string[];
  readonly extra: readonly string[];
}

/**
 * The lines of pg_hba.conf by section; each section sorted and without repetition, so the order of wishes
 * is moot.
 */
export function hbaView(desired: DesiredHba): HbaView {
  const peers = desired.peers.flatMap((peer) => {
    const network = networkOf(peer);
    if (network === null) return [];
    const role = quoteHba(desired.replicationRole);
    // pg_rewind reads the source through an ordinary connection to database postgres.
    return [
      `host replication ${role} ${network} scram-sha-256`,
      `host postgres ${role} ${network} scram-sha-256`,
    ];
  });
  const clients = desired.grants.flatMap((grant) => {
    const network = networkOf(grant.network);
    const database = literalOrWord(grant.database);
    const user = literalOrWord(grant.user);
    if (network === null || database === null || user === null) return [];
    return [`host ${database} ${user} ${network} scram-sha-256`];
  });
  const admins = desired.adminNetworks.map((network) => `host all all ${network} scram-sha-256`);
  return {
    peers: sorted(peers),
    clients: sorted(clients),
    admins: sorted(admins),
    extra: desired.extraLines,
  };
}

/** Reason `name` cannot stand in pg_hba.conf; null when it can. */
export function hbaNameProblem(name: string): string | null {
  if (name === '') return 'it is empty';
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f\\]/.test(name)) return 'it holds a control character or a backslash';
  // From 16 on a leading slash begins a regular expression, quoted or not.
  if (name.startsWith('/')) return 'it begins with "/"';
  return null;
}

/**
 * `name` as a literal of pg_hba.conf: quotes take the meaning from words such as all and from a leading +.
 */
export function quoteHba(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literalOrWord(value: string | { readonly word: string }): string | null {
  if (typeof value !== 'string') return value.word;
  return hbaNameProblem(value) === null ? quoteHba(value) : null;
}

function sorted(lines: readonly string[]): string[] {
  return [...new Set(lines)].toSorted();
}
