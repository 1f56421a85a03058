/** One executor for each kind of server step. */
import type { ServerStep } from '../server/server-steps.ts';
import { removeFile } from '../system/files.ts';
import { setStartAtBoot } from './boot.ts';
import { writeClaim } from './claim.ts';
import { createCluster } from './cluster-create.ts';
import { discardAsides, moveFolderAway } from './data-aside.ts';
import { startFence } from './fence-start.ts';
import { startJob, stopJob } from './job-start.ts';
import { readLoaded } from './loaded-files.ts';
import { type MachineContext, requirePlace, traitsOf } from './machine.ts';
import { writeManaged } from './managed-text.ts';
import { writeMarker } from './marker.ts';
import { judgeOption } from './option-verdicts.ts';
import { writePassfile } from './passfile.ts';
import { promoteServer } from './promote.ts';
import { releaseMachine } from './release.ts';
import { reloadServer } from './reload.ts';
import { restartServer, startServer, stopServer } from './server-control.ts';
import { withSession } from './session.ts';
import { createRegistry, forgetDatabase } from './sql/registry.ts';
import { ensureReplicationRole } from './sql/replication-role.ts';
import { retireRole } from './sql/role-changes.ts';
import { endSessions } from './sql/sessions.ts';
import { createSlot, dropSlot } from './sql/slots.ts';
import { setStandbySignal } from './standby-signal.ts';
import { forwardLogs } from './syslog-forward.ts';
import { requireVolume } from './volume.ts';

type StepOf<Kind extends ServerStep['kind']> = Extract<ServerStep, { readonly kind: Kind }>;
type ServerExecutors = {
  readonly [Kind in ServerStep['kind']]: (step: StepOf<Kind>, context: MachineContext) => Promise<void>;
};

/** Carries out server steps. Each is safe to repeat after a kill at any point. */
export const serverExecutors: ServerExecutors = {
  'cluster.create': async (step, { roots, volume = null }) => {
    await requireVolume(volume);
    await createCluster(roots, step.place, step.locale, step.encoding);
  },
  'machine.claim': async ({ claim, from }, { roots, keep }) => {
    const kept = from === null ? [] : await releaseMachine(roots);
    if (kept.length > 0) await keep?.(`what ${from} has left is kept`, kept);
    await writeClaim(roots, claim);
  },
  'machine.release': async (_, { roots, keep }) => {
    const kept = await releaseMachine(roots);
    if (kept.length > 0) await keep?.('what this unit leaves is kept', kept);
  },
  'marker.write': ({ place }, { roots }) => writeMarker(roots.state, { place, how: 'adopt', made: true }),
  'file.write': async ({ path, content, mode, owner }, { place, volume = null }) => {
    if (path.startsWith(`${place?.dataDirectory}/`)) await requireVolume(volume);
    await writeManaged(path, content, { mode, owner });
  },
  'file.remove': async ({ path }) => {
    await moveFolderAway(path);
    await removeFile(path);
  },
  'option.check': (step, { roots }) => judgeOption(roots.state, step),
  'server.start': async (_, context) => {
    await requireVolume(context.volume ?? null);
    await startServer(context.roots.state, await requirePlace(context));
  },
  'server.stop': async (step, context) => stopServer(await requirePlace(context), step.checkpoint),
  'server.restart': async (_, context) => restartServer(context.roots.state, await requirePlace(context)),
  'server.reload': async (_, context) => reloadServer(context.roots.state, await requirePlace(context)),
  'server.promote': async (_, context) => promoteServer(await requirePlace(context)),
  'boot.set': async (step, context) => setStartAtBoot(await requirePlace(context), step.automatic),
  'standby.signal': async (step, context) => {
    await requireVolume(context.volume ?? null);
    await setStandbySignal(await requirePlace(context), step.present);
  },
  'slot.create': async ({ name }, context) =>
    withSession(await requirePlace(context), 'postgres', (session) => createSlot(session, name)),
  'slot.drop': async ({ name }, context) =>
    withSession(await requirePlace(context), 'postgres', (session) => dropSlot(session, name)),
  'passfile.write': async (step, context) =>
    writePassfile(step.path, step.role, step.hosts, await context.secretOf(step.role)),
  'registry.create': async ({ roles, databases }, context) =>
    withSession(await requirePlace(context), 'postgres', (session) =>
      createRegistry(session, roles, databases),
    ),
  'database.forget': async ({ name }, context) =>
    withSession(await requirePlace(context), 'postgres', (session) => forgetDatabase(session, name)),
  'role.retire': async (step, context) =>
    withSession(await requirePlace(context), 'postgres', (session) => retireRole(session, step)),
  'replication.user': async ({ role }, context) => {
    const place = await requirePlace(context);
    const secret = await context.secretOf(role);
    await withSession(place, 'postgres', (session) =>
      ensureReplicationRole(session, role, secret, traitsOf(place)),
    );
  },
  'sessions.end': async (step, context) => {
    const place = await requirePlace(context);
    const note = await readLoaded(context.roots.state, place);
    await withSession(place, 'postgres', (session) =>
      endSessions(session, step, note?.accessLoadedAt ?? null),
    );
  },
  'syslog.forward': (step, { roots }) => forwardLogs(roots.state, step.files, step.remove),
  'job.start': ({ request }, context) =>
    request.job === 'fence' ? startFence(context, request) : startJob(context, request),
  'job.stop': (step, context) => stopJob(context, step.job),
  'data.discardaside': async (_, context) => discardAsides((await requirePlace(context)).dataDirectory),
};
