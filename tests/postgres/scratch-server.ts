/** A cluster of its own in a temporary folder, made and run by the same code as the charm's. */
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedMajor } from '../../src/postgres/installed.ts';
import { debianRoots, type MachineContext, type MachineRoots } from '../../src/postgres/machine.ts';
import { observeServer } from '../../src/postgres/observe-server.ts';
import { pgCtl } from '../../src/postgres/server-control.ts';
import { serverExecutors } from '../../src/postgres/server-executors.ts';
import { type ManagedFile, managedFiles } from '../../src/server/managed-files.ts';
import type { ClusterPlace } from '../../src/server/place.ts';
import type { ServerFacts } from '../../src/server/server-facts.ts';
import { type DesiredServer, planRole, planServerUpkeep } from '../../src/server/server-plan.ts';
import type { ServerStep } from '../../src/server/server-steps.ts';
import { majorTraits } from '../../src/server/versions.ts';
import { derivePassword, passwordFingerprint } from '../../src/system/entropy.ts';
import { templateRenderer } from '../../src/system/templates.ts';

const project = new URL('../..', import.meta.url).pathname;
const render = await templateRenderer(join(project, 'templates'));
const root = 'a root secret for tests';

export interface ScratchServer {
  readonly place: ClusterPlace;
  readonly context: MachineContext;
  /** As the charm does; `remembered` is the place its memory has. */
  readonly observe: (remembered?: ClusterPlace) => Promise<ServerFacts>;
  /** Observes, plans and applies until nothing is left to do; returns all steps done. */
  readonly settle: (wish?: Partial<ScratchWish>) => Promise<ServerStep[]>;
  readonly wanted: (wish?: Partial<ScratchWish>) => DesiredServer;
  readonly remove: () => Promise<void>;
}

export interface ScratchWish extends Pick<DesiredServer, 'role' | 'run' | 'mayRestart' | 'startsAtBoot'> {
  readonly extraConf: string;
  readonly extraLines: readonly string[];
  readonly grants: Parameters<typeof managedFiles>[0]['hba']['grants'];
  readonly recovery: { readonly standby: boolean; readonly upstream: ScratchServer | null };
}

const usualWish: ScratchWish = {
  role: 'primary',
  run: 'running',
  mayRestart: true,
  startsAtBoot: false,
  extraConf: '',
  extraLines: [],
  grants: [],
  recovery: { standby: false, upstream: null },
};

/** The newest major on this machine. */
export const major = (await installedMajor(debianRoots.programs)) ?? fail('this machine has no PostgreSQL');
const traits = majorTraits(major) ?? fail(`unknown major ${major}`);

/** A place for a cluster of the machine's PostgreSQL; nothing is in it yet. `unit` names it to others. */
export async function scratchServer(unit = 'postgresql/0'): Promise<ScratchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'charm-postgres-'));
  await chmod(folder, 0o755);
  const roots: MachineRoots = {
    configuration: join(folder, 'etc'),
    data: join(folder, 'lib'),
    programs: debianRoots.programs,
    state: join(folder, 'state'),
    run: join(folder, 'notes'),
  };
  for (const path of [roots.configuration, roots.data, roots.state]) await mkdir(path);
  const place: ClusterPlace = {
    major,
    name: 'main',
    dataDirectory: join(roots.data, String(major), 'main'),
    configDirectory: join(roots.configuration, String(major), 'main'),
    logFile: join(folder, 'server.log'),
    binDirectory: `/usr/lib/postgresql/${major}/bin`,
    socketDirectory: join(folder, 'run'),
    port: await freePort(),
  };
  const context: MachineContext = {
    roots,
    charmDirectory: project,
    unit,
    secretOf: async (role) => ({
      password: derivePassword(root, role, 1),
      fingerprint: passwordFingerprint(root, 1),
    }),
  };
  const observe = (remembered?: ClusterPlace): Promise<ServerFacts> =>
    observeServer(roots, { place: remembered ?? null, isWhole: true });
  const wanted = (wish: Partial<ScratchWish> = {}): DesiredServer =>
    wantedOf(place, unit.replace('/', '_'), { ...usualWish, ...wish });
  return {
    place,
    context,
    observe,
    wanted,
    settle: async (wish) => settle(wanted(wish), context, observe),
    remove: async () => {
      const running = (await observe().catch(() => null))?.state !== 'absent';
      if (running) await pgCtl(place, ['stop', '--mode', 'immediate']).catch(() => {});
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs `steps` with the charm's executors. */
export async function apply(steps: readonly ServerStep[], context: MachineContext): Promise<void> {
  for (const step of steps) await applyOne(step, context);
}

async function applyOne<Kind extends ServerStep['kind']>(
  step: Extract<ServerStep, { kind: Kind }>,
  context: MachineContext,
): Promise<void> {
  const executor = serverExecutors[step.kind];
  await executor(step, context);
}

/** The steps of one round: the server's role first, its upkeep when it has that. */
export function planServer(desired: DesiredServer, facts: ServerFacts): ServerStep[] {
  const role = planRole(desired, facts);
  return role.length > 0 ? role : planServerUpkeep(desired, facts);
}

async function settle(
  wanted: DesiredServer,
  context: MachineContext,
  observe: () => Promise<ServerFacts>,
): Promise<ServerStep[]> {
  const done: ServerStep[] = [];
  for (let round = 1; round <= 10; round += 1) {
    const steps = planServer(wanted, await observe());
    if (steps.length === 0) return done;
    await apply(steps, context);
    done.push(...steps);
  }
  throw new Error(`not settled after 10 rounds: ${JSON.stringify(done.slice(-3))}`);
}

function wantedOf(place: ClusterPlace, slot: string, wish: ScratchWish): DesiredServer {
  const { upstream } = wish.recovery;
  const files = managedFiles(
    {
      place,
      settings: {
        traits,
        clusterName: 'scratch',
        ramBytes: 256 * 1024 * 1024,
        volumeBytes: null,
        memberCount: 1,
        replicationClientCount: 0,
        idleReapSeconds: 900,
        certificate: false,
        syslogIdent: null,
        extraConf: wish.extraConf,
        held: {},
      },
      hba: {
        peers: ['127.0.0.1'],
        replicationRole: '_juju_repl',
        grants: wish.grants,
        adminNetworks: [],
        extraLines: wish.extraLines,
      },
      recovery: {
        traits,
        standby: wish.recovery.standby,
        replicationRole: '_juju_repl',
        passfile: join(place.configDirectory, 'charm.pgpass'),
        upstream:
          upstream === null
            ? null
            : {
                host: '127.0.0.1',
                port: upstream.place.port,
                slot,
                applicationName: slot,
              },
      },
    },
    render,
  );
  return {
    place,
    traits,
    locale: 'C',
    encoding: 'UTF-8',
    files: files.map((file) => onOwnPort(file, place.port)),
    role: wish.role,
    run: wish.run,
    startsAtBoot: wish.startsAtBoot,
    mayRestart: wish.mayRestart,
  };
}

/** Several scratch servers share a machine, so each has a port of its own. */
function onOwnPort(file: ManagedFile, port: number): ManagedFile {
  return { ...file, content: file.content?.replace(/^port = '5432'$/m, `port = '${port}'`) ?? null };
}

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close(() => resolve(port));
  });
  return promise;
}

/** Text of the server's log. */
export async function logOf(server: ScratchServer): Promise<string> {
  return readFile(server.place.logFile, 'utf8');
}

function fail(message: string): never {
  throw new Error(message);
}
