/** Judgement of a server whose process lives and whose session failed: starting, or not to be asked now. */
import type { ClusterPlace } from './place.ts';
import type { Unasked } from './server-facts.ts';

/** Status that the postmaster keeps in postmaster.pid. `standby`: in recovery, and it takes no sessions there. */
export type PostmasterStatus = 'starting' | 'stopping' | 'ready' | 'standby';

/** A failure of a session. `code` is an SQLSTATE or a code of the operating system, null for a time limit. */
export interface SessionFailure {
  readonly code: string | null;
  readonly message: string;
}

/** Connections in use of how many there can be; null where that cannot be counted. */
export interface Connections {
  readonly inUse: number | null;
  readonly limit: number | null;
}

/** Null for a server that is starting; else why it cannot be asked. */
export function judgeFailure(
  { code, message }: SessionFailure,
  status: PostmasterStatus | null,
  place: Pick<ClusterPlace, 'major' | 'name' | 'socketDirectory' | 'port'>,
  connections: Connections,
): Unasked | null {
  if (code === '57P03') return judgeRefusal(message, status);
  if (code === '53300') return { kind: 'busy', reason: `${counted(connections)} in use` };
  if (code?.startsWith('53') === true) return { kind: 'busy', reason: message };
  // A server that does not take sessions yet may have neither socket nor answer.
  if (status === 'starting') return null;
  if (status === 'stopping') return stopping;
  if (code !== null && noSocket.has(code)) return { kind: 'refused', reason: socketGone(place) };
  if (code?.startsWith('28') === true) {
    return {
      kind: 'refused',
      reason: `${message}; role postgres logs in through the socket: allow that again`,
    };
  }
  if (code !== null && /^(3D000|55000|42501)$/.test(code)) {
    return { kind: 'refused', reason: `${message}; bring database postgres back` };
  }
  const isTimeout = code === null || code === '57014' || code === '55P03';
  return { kind: 'silent', reason: isTimeout ? `it does not answer in time: ${message}` : message };
}

const stopping: Unasked = { kind: 'silent', reason: 'it is shutting down' };
const noSocket: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'EACCES']);

/** 57P03: the server answers that it takes no sessions now. */
function judgeRefusal(message: string, status: PostmasterStatus | null): Unasked | null {
  if (/shutting down/.test(message)) return stopping;
  return status === 'standby' ? { kind: 'refused', reason: `${message}: hot_standby is off` } : null;
}

function counted({ inUse, limit }: Connections): string {
  if (limit === null) return 'all connections are';
  return `${inUse === null ? 'all' : Math.min(inUse, limit)} of ${limit} connections are`;
}

function socketGone({ major, name, socketDirectory, port }: Parameters<typeof judgeFailure>[2]): string {
  const socket = `${socketDirectory}/.s.PGSQL.${port}`;
  return `its socket ${socket} is gone; it comes back with: systemctl restart postgresql@${major}-${name}`;
}
