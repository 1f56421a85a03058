/** From the cluster's goal for this unit to what its server should look like, and to the steps towards that. */
import type { Goal } from '../../cluster/goal.ts';
import type { MemberOutcome } from '../../cluster/member.ts';
import { orderedSettings } from '../../cluster/ordered-settings.ts';
import { planSlots } from '../../cluster/slots.ts';
import { slotName } from '../../cluster/units.ts';
import type { Member, MemberView } from '../../cluster/view.ts';
import type { HbaGrant } from '../../server/hba.ts';
import { managedFiles, type Render } from '../../server/managed-files.ts';
import { passfileHeading } from '../../server/passfile.ts';
import { type ClusterPlace, clusterPlace, managedPaths } from '../../server/place.ts';
import type { DesiredRecovery } from '../../server/recovery.ts';
import { type DesiredServer, planServer } from '../../server/server-plan.ts';
import type { JobRequest, ServerStep, Upstream } from '../../server/server-steps.ts';
import { type DesiredSettings, desiredOrderedSettings } from '../../server/settings.ts';
import { type MajorTraits, majorTraits } from '../../server/versions.ts';
import type { Observation } from '../observation.ts';
import type { CharmOptions, ReadOptions } from '../options/read.ts';

/** Role that standbys log in with. */
export const replicationRole = '_juju_repl';
/** Counts of members are rounded up to this, so that a new unit rarely means a restart of the others. */
const MEMBERS_AT_ONCE = 8;

export interface ServerWish {
  readonly observation: Observation;
  readonly view: MemberView;
  readonly outcome: MemberOutcome;
  readonly options: ReadOptions;
  readonly hba: readonly HbaGrant[];
  /** Name to log under in syslog; null when nobody collects. */
  readonly syslogIdent: string | null;
  readonly render: Render;
}

/** Where the cluster is, or will be; null while no major is known. */
export function wantedPlace({ server, juju }: Observation, options: CharmOptions): ClusterPlace | null {
  const major = options.majorUsable ? (options.major ?? server.installedMajor) : null;
  return server.place ?? (major === null ? null : clusterPlace(major, juju.storageLocation));
}

/** Steps for packages. Packages asked for later are added to what is installed. */
export function planPackages({ server, memory }: Observation, options: CharmOptions): ServerStep[] {
  if (server.place === null && !options.majorUsable) return [];
  const missing = options.extraPackages.some((name) => !memory.packages.includes(name));
  const major = server.place?.major ?? options.major;
  const installed = server.installedMajor !== null && (major === null || server.installedMajor >= major);
  return installed && !missing ? [] : [{ kind: 'packages.install', major, packages: options.extraPackages }];
}

/** The next steps towards the goal; empty when it is reached. */
export function planGoal(wish: ServerWish): ServerStep[] {
  const { observation, outcome, options } = wish;
  const place = wantedPlace(observation, options.options);
  const traits = place === null ? null : majorTraits(place.major);
  if (place === null || traits === null) return [];
  const { goal } = outcome;
  if (goal.kind === 'clone' || goal.kind === 'rewind') return planJob(wish, goal, place, traits);
  const run = isRun(goal, observation);
  if (run === null) return [];
  const passfile = goal.kind === 'follow' ? planPassfile(wish, place, traits) : [];
  const steps = [...passfile, ...planServer(wantedServer(wish, place, traits, run), observation.server)];
  return steps.length > 0 || !isCopyProved(goal, observation) ? steps : [{ kind: 'data.discardaside' }];
}

/** Data that was set aside is kept until what took its place streams. */
function isCopyProved(goal: Goal, { server }: Observation): boolean {
  return goal.kind === 'follow' && server.running?.streaming === true && server.asides.length > 0;
}

/** Whether the server is to run; null when there is nothing to plan for. */
function isRun(goal: Goal, { server }: Observation): DesiredServer['run'] | null {
  if (goal.kind === 'stop') return server.place === null || !server.hasConfiguration ? null : 'stopped';
  if (goal.kind !== 'hold') return 'running';
  if (server.place === null || !server.hasConfiguration) return null;
  return server.state === 'down' ? null : 'running';
}

function wantedServer(
  wish: ServerWish,
  place: ClusterPlace,
  traits: MajorTraits,
  run: DesiredServer['run'],
): DesiredServer {
  const { observation, outcome, options } = wish;
  const { goal } = outcome;
  const files = managedFiles(
    {
      place,
      settings: settingsWish(wish, traits),
      hba: {
        peers: peerHosts(wish),
        replicationRole,
        grants: wish.hba,
        adminNetworks: options.options.adminNetworks,
        extraLines: options.options.extraAuthLines,
      },
      recovery: recoveryWish(goal, place, traits, observation.event.unit),
    },
    wish.render,
  );
  const kept = keptPaths(place, traits, options);
  return {
    place,
    traits,
    packages: options.options.extraPackages,
    locale: options.options.locale,
    encoding: options.options.encoding,
    files: files.filter(
      ({ path }) => !kept.includes(path) || (observation.server.files[path] ?? null) === null,
    ),
    role: wantedRole(goal, observation),
    run,
    startsAtBoot: outcome.startsAtBoot,
    mayRestart: goal.kind === 'run-primary' || goal.kind === 'follow',
  };
}

/** With a bad line in an option the file it would go to stays as it is. */
function keptPaths(place: ClusterPlace, traits: MajorTraits, options: ReadOptions): string[] {
  const paths = managedPaths(place, traits.recoveryIn);
  return options.keepFiles ? [paths.settings, paths.hba] : [];
}

function wantedRole(goal: Goal, { server }: Observation): DesiredServer['role'] {
  switch (goal.kind) {
    case 'promote':
      return 'promoting';
    case 'follow':
    case 'freeze':
      return 'standby';
    case 'hold':
    case 'stop':
      return server.running?.inRecovery === true || server.standbySignal ? 'standby' : 'primary';
    default:
      return 'primary';
  }
}

/** Recovery settings for the goal; null leaves them as they are. */
function recoveryWish(
  goal: Goal,
  place: ClusterPlace,
  traits: MajorTraits,
  unit: string,
): DesiredRecovery | null {
  const { passfile } = managedPaths(place, traits.recoveryIn);
  const wish = { traits, replicationRole, passfile };
  switch (goal.kind) {
    case 'follow':
      return { ...wish, standby: true, upstream: stepUpstream(goal.upstream, unit) };
    case 'freeze':
      return { ...wish, standby: true, upstream: null };
    case 'create':
    case 'run-primary':
      return { ...wish, standby: false, upstream: null };
    case 'promote':
      // Up to 11 the file makes the standby; promotion itself takes it away.
      return traits.recoveryIn === 'recovery.conf' ? null : { ...wish, standby: false, upstream: null };
    default:
      return null;
  }
}

function stepUpstream(
  upstream: { readonly host: string; readonly port: number; readonly slot: string },
  unit: string,
): Upstream {
  return { host: upstream.host, port: upstream.port, slot: upstream.slot, applicationName: slotName(unit) };
}

function settingsWish(wish: ServerWish, traits: MajorTraits): DesiredSettings {
  const { observation, view, options, outcome } = wish;
  const { juju, machine, server } = observation;
  const masterUnits = juju.clients
    .filter(({ endpoint }) => endpoint === 'master')
    .reduce((sum, { remoteUnits }) => sum + Object.keys(remoteUnits).length, 0);
  const settings: DesiredSettings = {
    traits,
    clusterName: observation.event.unit,
    ramBytes: machine.ramBytes,
    volumeBytes: machine.volumeBytes,
    memberCount: roundUp(view.others.length + 1),
    replicationClientCount: masterUnits === 0 ? 0 : roundUp(masterUnits),
    idleReapSeconds: options.options.idleReapSeconds,
    certificate: machine.certificate,
    syslogIdent: wish.syslogIdent,
    extraConf: options.options.extraConf,
    held: {},
  };
  const wanted = desiredOrderedSettings(settings);
  const role = wantedRole(outcome.goal, observation) === 'standby' ? 'standby' : 'primary';
  const counterpart = role === 'primary' ? 'standby' : 'primary';
  const others = view.others.flatMap(({ facts }) =>
    facts?.role === counterpart ? [facts.settings ?? {}] : [],
  );
  if (role === 'standby') others.push(server.control?.orderedSettings ?? {});
  const now = orderedSettings(role, wanted, server.running?.orderedSettings ?? {}, others);
  const held = Object.fromEntries(Object.entries(now).filter(([name, value]) => wanted[name] !== value));
  return { ...settings, held };
}

function roundUp(count: number): number {
  return Math.ceil(count / MEMBERS_AT_ONCE) * MEMBERS_AT_ONCE;
}

/** Addresses of the other members, also of one that has said nothing yet but its address: it will want to copy. */
export function peerHosts({ observation, view }: Pick<ServerWish, 'observation' | 'view'>): string[] {
  const bags = observation.juju.peer?.members ?? {};
  return view.others
    .map(({ unit, facts }: Member) => facts?.host ?? bags[unit]?.['ingress-address'] ?? '')
    .filter((host) => host !== '');
}

/** The password file, when it is not the one for these hosts and this password. */
function planPassfile(wish: ServerWish, place: ClusterPlace, traits: MajorTraits): ServerStep[] {
  const { observation } = wish;
  const { passfile } = managedPaths(place, traits.recoveryIn);
  const hosts = [...new Set(peerHosts(wish))].toSorted();
  const { fingerprints, generations } = observation.credentials;
  const fingerprint = fingerprints[String(generations[replicationRole] ?? 1)];
  if (fingerprint === undefined || hosts.length === 0) return [];
  const heading = passfileHeading(replicationRole, hosts, fingerprint);
  if (observation.server.files[passfile]?.split('\n')[0] === heading) return [];
  return [{ kind: 'passfile.write', path: passfile, role: replicationRole, hosts }];
}

function planJob(
  wish: ServerWish,
  goal: Extract<Goal, { kind: 'clone' | 'rewind' }>,
  place: ClusterPlace,
  traits: MajorTraits,
): ServerStep[] {
  const { observation, view } = wish;
  const job = observation.server.job;
  if (Object.keys(observation.credentials.fingerprints).length === 0) return [];
  const busy = job?.alive === true && job.job !== 'watch';
  if (busy || (view.job?.retryInSeconds ?? 0) > 0) return [];
  const common = {
    fromUnit: goal.upstream.unit,
    lineage: goal.lineage,
    upstream: stepUpstream(goal.upstream, observation.event.unit),
    replicationRole,
  };
  const request: JobRequest =
    goal.kind === 'clone' ? { job: 'clone', ...common, place } : { job: 'rewind', ...common };
  const stop: ServerStep[] =
    goal.kind === 'rewind' && observation.server.state !== 'down' && observation.server.place !== null
      ? [{ kind: 'server.stop', checkpoint: false, why: 'it is to be rewound' }]
      : [];
  return [...planPassfile(wish, place, traits), ...stop, { kind: 'job.start', request }];
}

/** One slot for each other member. */
export function planMemberSlots({ observation, view }: ServerWish): ServerStep[] {
  const { running } = observation.server;
  if (running === null) return [];
  const others = view.others.filter(({ dying }) => !dying).map(({ unit }) => unit);
  const { create, drop } = planSlots(view.unit, others, running.slots, running.inRecovery);
  return [
    ...drop.map((name): ServerStep => ({ kind: 'slot.drop', name })),
    ...create.map((name): ServerStep => ({ kind: 'slot.create', name })),
  ];
}
