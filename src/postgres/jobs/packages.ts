/** Installing packages: PostgreSQL itself and whatever else is asked for. One that cannot be had keeps no other from being installed. */
import * as z from 'zod';
import { type Installing, installNames, PackagesLocked, updateLists } from '../apt.ts';
import { beginInstallation, finishInstallation } from '../installation.ts';
import { installedMajor } from '../installed.ts';
import { type JobKind, type JobWork, wakesWhenKilled } from './job-kind.ts';

/** Long enough for dpkg to finish what it has begun, when a hook or a shutdown waits for that. */
const STOP_LIMIT_SECONDS = 60;
const unpacking = 'unpacking';

async function run(work: JobWork<'packages'>): Promise<void> {
  const { roots, request, report, stopping } = work;
  const { server, extra } = request;
  if (server.length > 0) await beginInstallation(roots.state);
  await report.phase('reading the package lists');
  const unread = await updateLists(stopping);
  const outcomes = outcomesOf(work, unread);
  const all = [...server, ...extra];
  // Installs all at once, the quickest way; one package of many may keep it from that.
  if (await outcomes.install(all, all.length === 1 ? 'last' : 'first')) return finishServer(work);
  if (server.length > 0) {
    if (server.length < all.length && !(await outcomes.install(server, 'last'))) return outcomes.fail();
    await finishServer(work);
  }
  for (const name of extra) await outcomes.install([name], 'last');
  outcomes.fail();
}

/** Debian has made the server ready: only now does it count as installed. */
async function finishServer({ roots, request }: JobWork<'packages'>): Promise<void> {
  if (request.server.length === 0) return;
  await finishInstallation(roots.state);
  const found = await installedMajor(roots.programs);
  if (found === null || (request.major !== null && found < request.major)) {
    const names = request.server.join(' ');
    throw new Error(
      `its packages are installed, but its programs are missing: apt-get install --reinstall ${names}`,
    );
  }
}

interface Outcomes {
  /** Returns whether `names` are installed now. Of a `last` try the reason is noted. Throws when nothing can be installed for now. */
  readonly install: (names: readonly string[], turn: 'first' | 'last') => Promise<boolean>;
  /** Throws the reasons, when there are any. */
  readonly fail: () => void;
}

function outcomesOf({ notes, report, wake, stopping }: JobWork<'packages'>, unread: string | null): Outcomes {
  let installed = notes.installed;
  let refused = notes.refused;
  const reasons: string[] = [];
  const how: Installing = {
    stopping,
    onUnpacking: () => void report.phase(unpacking),
    // It may take long, so the status is to show it now.
    onLocked: (holder) =>
      void report
        .phase(`waiting for ${holder}`)
        .then(wake)
        .catch(() => {}),
  };
  const note = (names: readonly string[], reason: string | null): Promise<void> => {
    const others = Object.entries(refused).filter(([name]) => !names.includes(name));
    refused = Object.fromEntries([
      ...others,
      ...(reason === null ? [] : names.map((name) => [name, reason])),
    ]);
    installed = reason === null ? [...new Set([...installed, ...names])] : installed;
    return report.note({ installed, refused });
  };
  return {
    install: async (names, turn) => {
      try {
        await report.phase('downloading');
        await installNames(names, how);
        await note(names, null);
        return true;
      } catch (error) {
        if (error instanceof PackagesLocked || stopping.aborted) throw error;
        if (turn === 'first') return false;
        const said = error instanceof Error ? error.message : String(error);
        const reason = unread === null ? said : `${said} (package lists could not be read: ${unread})`;
        reasons.push(reason);
        await note(names, reason);
        return false;
      }
    },
    fail: () => {
      if (reasons.length > 0) throw new Error(reasons.join('; '));
    },
  };
}

const Names = z.array(z.string());

export const packages: JobKind<'packages'> = {
  request: z.object({ major: z.number().nullable(), server: Names, extra: Names }),
  notes: z.object({
    installed: Names.default([]),
    refused: z.record(z.string(), z.string()).default({}),
  }),
  keepsNotes: true,
  file: 'packages',
  second: 'waits',
  runs: 'once',
  stops: 'asked',
  properties: (program) => ({
    ...wakesWhenKilled(program),
    // The job alone is asked to end, not apt and dpkg beside it.
    KillMode: 'mixed',
    TimeoutStopSec: String(STOP_LIMIT_SECONDS),
  }),
  isSameWork: (last, request) => {
    const tried = new Set([...last.server, ...last.extra]);
    return [...request.server, ...request.extra].every((name) => tried.has(name));
  },
  facts: ({ request, notes, startedAt, began, phase, attempts, error, finishedAt, ended }, alive) => {
    const { major, server, extra } = request;
    const progress = { startedAt, began, phase, attempts, error, finishedAt, ended, alive };
    return { ...progress, ...notes, major, server, extra, isUnpacking: alive && phase === unpacking };
  },
  run,
};
