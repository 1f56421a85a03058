/** A fresh copy of another unit's data. The old data is only renamed, and only when the copy is complete. */
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import type { RequestOf } from '../../server/jobs.ts';
import { type ClusterPlace, managedPaths } from '../../server/place.ts';
import { conninfo } from '../../server/recovery.ts';
import { waitFor } from '../../system/clock.ts';
import { CommandError } from '../../system/command.ts';
import { ensureFolder, exists, syncFolder, writeAtomic } from '../../system/files.ts';
import { asPostgres } from '../../system/run-as.ts';
import { runStreamed } from '../../system/streamed-command.ts';
import { setAside } from '../data-aside.ts';
import { type MachineRoots, traitsOf } from '../machine.ts';
import { placeShape, readMarker, volumeShape, writeMarker } from '../marker.ts';
import { postmasterPid } from '../postmaster.ts';
import { stopServer } from '../server-control.ts';
import { requireVolume } from '../volume.ts';
import { CopyRequest, copyFacts, copyTraits } from './copy.ts';
import { type JobKind, type JobReport, type JobWork } from './job-kind.ts';

const ADMISSION_LIMIT_MS = 60_000;
const notLetInYet =
  /no pg_hba\.conf entry|password authentication failed|(role|replication slot) "[^"]*" does not exist/;

/**
 * Copies the upstream's data to `<data>.new-<attempt>`, then puts it into place as a standby's data. Killed
 * at any point, the next attempt removes only unfinished copies of its own, and goes on with a finished
 * one.
 */
async function run({ roots, request, attempt, report }: JobWork<'clone'>): Promise<void> {
  const { place, volume = null } = request;
  await requireVolume(volume);
  const finished = `${place.dataDirectory}.new-finished`;
  await removeUnfinished(place, finished);
  if (!(await exists(finished))) {
    const copy = `${place.dataDirectory}.new-${attempt}`;
    await report.phase('waiting for a checkpoint');
    await ensureFolder(dirname(copy), 'postgres');
    await copyOnceLetIn(request, copy, report);
    await markAsStandby(place, copy);
    await rename(copy, finished);
    await syncFolder(dirname(copy));
  }
  await report.phase('moving the data into place');
  await requireVolume(volume);
  await moveIn(roots, place, finished);
}

async function removeUnfinished(place: ClusterPlace, finished: string): Promise<void> {
  const folder = dirname(place.dataDirectory);
  const prefix = `${basename(place.dataDirectory)}.new-`;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (name.startsWith(prefix) && path !== finished) await rm(path, { recursive: true, force: true });
  }
}

/**
 * The source lets a unit in, and makes its slot, in the hook in which it hears of that unit: that may come a little later than this job.
 * Throws what it said last when that takes longer.
 */
async function copyOnceLetIn(request: RequestOf<'clone'>, copy: string, report: JobReport): Promise<void> {
  let refusal: CommandError | null = null;
  const copied = await waitFor(
    async () => {
      try {
        await copyData(request, copy, report);
        return true;
      } catch (error) {
        if (!(error instanceof CommandError) || !notLetInYet.test(error.message)) throw error;
        if (refusal === null) await report.phase(`waiting for ${request.fromUnit} to let it in`);
        refusal = error;
        return null;
      }
    },
    ADMISSION_LIMIT_MS,
    200,
  );
  if (copied === null && refusal !== null) throw refusal;
}

async function copyData(request: RequestOf<'clone'>, copy: string, report: JobReport): Promise<void> {
  const { place, upstream, replicationRole } = request;
  const { passfile } = managedPaths(place, traitsOf(place).recoveryIn);
  const source = conninfo({ replicationRole, passfile }, upstream);
  const slot = upstream.slot === null ? [] : ['--slot', upstream.slot];
  const how = ['--wal-method', 'stream', '--checkpoint', 'fast', '--progress', '--no-password'];
  const program = join(place.binDirectory, 'pg_basebackup');
  let copying = false;
  await runStreamed(asPostgres([program, '--pgdata', copy, '--dbname', source, ...slot, ...how]), (line) => {
    const [, done, total] = /^\s*(\d+)\/(\d+) kB/.exec(line) ?? [];
    if (done === undefined || total === undefined) return;
    if (!copying) void report.phase('copying');
    copying = true;
    report.bytes(Number(done) * 1024, Math.max(Number(total), Number(done)) * 1024);
  });
}

/** Before the copy can be taken for a cluster of its own: it must never come up as a second primary. */
async function markAsStandby(place: ClusterPlace, copy: string): Promise<void> {
  const file = { mode: 0o600, owner: 'postgres' } as const;
  if (traitsOf(place).recoveryIn === 'signal') await writeAtomic(join(copy, 'standby.signal'), '', file);
  else await writeAtomic(join(copy, 'recovery.conf'), "standby_mode = 'on'\n", file);
}

async function moveIn(roots: MachineRoots, place: ClusterPlace, finished: string): Promise<void> {
  if ((await postmasterPid(place.dataDirectory)) !== null) await stopServer(place, false);
  const marker = await readMarker(roots.state);
  if (marker?.made !== true) await writeMarker(roots.state, { place, how: 'adopt', made: false });
  await setAside(place.dataDirectory);
  await rename(finished, place.dataDirectory);
  await syncFolder(dirname(place.dataDirectory));
}

export const clone: JobKind<'clone'> = {
  request: CopyRequest.extend({ place: placeShape, volume: volumeShape.nullable().default(null) }),
  notes: z.object({}),
  ...copyTraits,
  facts: (state, alive) => copyFacts(state, alive, null),
  run,
};
