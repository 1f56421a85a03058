/** apt-get and dpkg, run so that nobody has to answer and nothing is removed. */
import { runStreamed, type StreamOptions } from '../system/streamed-command.ts';

const UPDATE_LIMIT_MS = 5 * 60_000;
const INSTALL_LIMIT_MS = 30 * 60_000;
const LOCK_WAIT_SECONDS = 300;

const quiet = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', UCF_FORCE_CONFFOLD: '1' };

// biome-ignore format: options with their values
const plainly = [
  '-q', '-y', '-o', `DPkg::Lock::Timeout=${LOCK_WAIT_SECONDS}`, '-o', 'Dpkg::Options::=--force-confold',
  // Keeps dpkg off a terminal of its own: it would outlive a killed job, and its errors would go to standard output.
  '-o', 'Dpkg::Use-Pty=0',
];

// A name that ends with `-` asks for a removal, one that is no package's but holds a dot for all that match; a newer version of what is there
// would restart the server.
// biome-ignore format: options with their values
const onlyThese = [
  '--no-install-recommends', '--no-remove', '--no-upgrade', '-o', 'APT::Cmd::Pattern-Only=true',
  '-o', 'APT::Status-Fd=1',
];

/** Another program holds the lock of the package system. */
export class PackagesLocked extends Error {}

export interface Installing {
  /** Ends the work, but never a dpkg in the middle of its own. */
  readonly stopping: AbortSignal;
  /** Called once: dpkg has begun. */
  readonly onUnpacking: () => void;
  /** Another program holds the lock; `holder` is what apt says of it. */
  readonly onLocked: (holder: string) => void;
}

/** Reads the package lists of all archives anew. Returns the first thing that went wrong: lists of before may do. */
export async function updateLists(stopping: AbortSignal): Promise<string | null> {
  let warning: string | null = null;
  try {
    await aptGet(['update'], { timeoutMs: UPDATE_LIMIT_MS, cancelSignal: stopping }, (line) => {
      warning ??= /^W: (Failed to fetch .*)/.exec(line)?.[1] ?? null;
    });
    return warning;
  } catch (error) {
    return warning ?? (error instanceof Error ? error.message : String(error));
  }
}

/**
 * Installs packages that are not there yet, and brings an installation that was interrupted to its end first. Throws PackagesLocked, or an
 * error with apt's reason.
 */
export async function installNames(names: readonly string[], how: Installing): Promise<void> {
  try {
    await installOnce(names, how);
  } catch (error) {
    if (!(error instanceof Error) || !/dpkg was interrupted|--configure -a|--fix-broken/.test(error.message))
      throw error;
    await settle(how.stopping);
    await installOnce(names, how);
  }
}

async function installOnce(names: readonly string[], how: Installing): Promise<void> {
  let holder = '';
  let unpacks = false;
  const cancel = new AbortController();
  const stop = (): void => {
    if (!unpacks) cancel.abort();
  };
  how.stopping.addEventListener('abort', stop);
  try {
    how.stopping.throwIfAborted();
    const limits = { timeoutMs: INSTALL_LIMIT_MS, cancelSignal: cancel.signal };
    await aptGet(['install', ...onlyThese, '--', ...names], limits, (line) => {
      const [, found] = /Could not get lock.* held by (process .*?)\.*$/.exec(line) ?? [];
      if (found !== undefined && holder === '') how.onLocked(found);
      holder = found ?? holder;
      if (!line.startsWith('pmstatus:') || unpacks) return;
      unpacks = true;
      how.onUnpacking();
    });
  } catch (error) {
    if (error instanceof Error && /Could not get lock|Unable to (acquire|lock)/.test(error.message)) {
      throw new PackagesLocked(`${holder === '' ? 'another program' : holder} installs packages`);
    }
    throw error;
  } finally {
    how.stopping.removeEventListener('abort', stop);
  }
}

/** Brings to its end what a kill or a power cut has left in the middle. The attempt that follows says what is still wrong. */
async function settle(cancelSignal: AbortSignal): Promise<void> {
  const options = { env: quiet, timeoutMs: INSTALL_LIMIT_MS };
  await runStreamed(['dpkg', '--configure', '-a', '--force-confold'], () => {}, options).catch(() => {});
  const repair = ['--fix-broken', '--no-remove', 'install'];
  await aptGet(repair, { timeoutMs: INSTALL_LIMIT_MS, cancelSignal }, () => {}).catch(() => {});
}

async function aptGet(
  args: readonly string[],
  limits: Pick<StreamOptions, 'timeoutMs' | 'cancelSignal'>,
  onLine: (line: string) => void,
): Promise<void> {
  const reasons: string[] = [];
  const noted = (line: string): void => {
    if (/^(E: |dpkg: error )| : (Pre-)?Depends: /.test(line) && !/by (glob|regex)/.test(line))
      reasons.push(line.trim().replace(/^E: /, ''));
    onLine(line);
  };
  try {
    await runStreamed(['apt-get', ...plainly, ...args], noted, { env: quiet, ...limits });
  } catch (error) {
    throw reasons.length === 0 ? error : new Error(reasons.slice(0, 3).join('; '), { cause: error });
  }
}
