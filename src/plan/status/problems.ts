/** Faults that somebody can mend: in the status as many as fit, in the log each once, all of them in what `charm plan` prints. */
import { relationMessage } from '../../relations/client-request.ts';
import { requestProblems } from '../../relations/grants.ts';
import { entryOf } from '../../server/entry-of.ts';
import { fileErrorsProblem } from '../../server/file-errors.ts';
import { ownRoleProblem } from '../../server/own-role.ts';
import { reasonsHere } from '../clients/unmet.ts';
import { applicationOf } from '../event.ts';
import { storageProblem } from '../server/place.ts';
import { replicationRole } from '../server/role.ts';
import { unusedStorage } from '../server/storage.ts';
import type { Situation } from '../situation.ts';
import type { FailedStep } from '../step.ts';
import { frozenOptionProblems } from './frozen-options.ts';
import { packageProblems } from './packages.ts';
import { startProblem } from './start-problem.ts';

/** Problems of one client that are told apart. */
const MOST_PROBLEMS = 20;

export interface Problem {
  /** The relation it concerns; null for the machine, the server, options and peers. */
  readonly relation: string | null;
  readonly message: string;
}

/** All of them, most urgent first: of the machine, of settings, of relations. */
export interface Problems {
  readonly machine: readonly Problem[];
  readonly settings: readonly Problem[];
  readonly relations: readonly Problem[];
}

/** Works them out. */
export function problemsOf(situation: Situation, failed: readonly FailedStep[]): Problems {
  return {
    machine: machineProblems(situation, failed),
    settings: settingProblems(situation),
    relations: relationProblems(situation, failed),
  };
}

/** The fence that cannot be started, with the reason; null when there is one, or none is needed. */
export function fenceProblem({
  view,
}: Situation): { readonly reason: string; readonly message: string } | null {
  const { isNeeded, isAlive, problem } = view.fence;
  if (!isNeeded || isAlive || problem === null) return null;
  const meanwhile = view.own.inRecovery ? 'it cannot take over' : 'it must not be cut off from Juju';
  const message = `no fence can be started, so ${meanwhile}: ${problem} (tried again at the next event)`;
  return { reason: problem, message };
}

/**
 * Reason the server does not start, and steps on the machine that failed. A cause that keeps the fence from starting keeps other jobs from
 * it too.
 */
function machineProblems(situation: Situation, failed: readonly FailedStep[]): Problem[] {
  const fence = fenceProblem(situation);
  if (fence !== null) return general([fence.message]);
  const { event } = situation.observation;
  const problem = startProblem(situation);
  const failures = failed.filter(
    ({ step }) => step.blames.on === 'machine' && (problem === null || step.kind !== 'server.start'),
  );
  return general([
    ...(problem === null ? [] : [problem]),
    ...failures.map((each) => failureText(each, event.unit)),
  ]);
}

/** Packages, options, bags of peers and the configuration that the server reads. */
function settingProblems(situation: Situation): Problem[] {
  const { observation, reading, raw } = situation;
  const { server, catalog } = observation;
  const role = catalog === null ? null : ownRoleProblem(replicationRole, catalog);
  const files = server.running === null ? null : fileErrorsProblem(server.running.fileErrors);
  return general([
    ...storageProblems(situation),
    ...reading.options.problems,
    ...raw.problems,
    ...frozenOptionProblems(observation, reading.options),
    ...reading.peers.problems,
    ...(files === null ? [] : [files]),
    ...(role === null ? [] : [role]),
    ...packageProblems(situation),
  ]);
}

/** Data that came with storage, and storage that came too late. A volume before packages are installed is not judged yet. */
function storageProblems(situation: Situation): string[] {
  const { server } = situation.observation;
  const inTheWay = server.installedMajor === null ? null : storageProblem(situation);
  return [inTheWay, unusedStorage(situation.observation)].filter((problem) => problem !== null);
}

/** Requests that are not met, and steps for relations that did not work. The primary alone has those of clients: the others could only repeat it. */
export function relationProblems(situation: Situation, failed: readonly FailedStep[]): Problem[] {
  const { observation, member, reading, forwarding } = situation;
  const isPrimary = member.clientRole === 'primary';
  const requests = isPrimary ? requestProblems(reading.relations) : {};
  const reasons = isPrimary ? reasonsHere(situation, failed) : {};
  const clients = observation.juju.clients.flatMap(({ id, remoteApplication }) => {
    const unmet = Object.values(entryOf(reasons, id) ?? {}).flat();
    const all = new Set([...(entryOf(requests, id) ?? []), ...unmet, ...failures(failed, id, unmet)]);
    return atMost(MOST_PROBLEMS, [...all]).map((problem) => ({
      relation: id,
      message: relationMessage(id, remoteApplication, problem),
    }));
  });
  const collectors = observation.juju.syslog.flatMap(({ id }) =>
    [...(entryOf(forwarding.problems, id) ?? []), ...failures(failed, id, [])].map((problem) => ({
      relation: id,
      message: `${id}: ${problem}`,
    })),
  );
  return [...dataProblems(situation), ...clients, ...collectors];
}

/** A client can ask for as much that it cannot have as it likes, and each problem is a line of the log. */
function atMost(count: number, problems: readonly string[]): readonly string[] {
  if (problems.length <= count) return problems;
  const more = `${problems.length - count + 1} more of what it asks for cannot be met`;
  return [...problems.slice(0, count - 1), more];
}

/** Endpoint of the older charm for the volume that holds the data. */
function dataProblems({ observation }: Situation): Problem[] {
  const message = 'endpoint data is not built yet; remove that relation and use storage pgdata';
  return observation.juju.unserved.includes('data') ? general([message]) : [];
}

/** Failures that concern the relation, but those that are a reason already. */
function failures(failed: readonly FailedStep[], relation: string, reasons: readonly string[]): string[] {
  const own = failed.filter(
    ({ step: { blames } }) => blames.on !== 'machine' && blames.relation === relation,
  );
  return own.map(({ reason }) => reason).filter((reason) => !reasons.some((known) => isCut(known, reason)));
}

function isCut(known: string, reason: string): boolean {
  return known === reason || (known.endsWith('…') && reason.startsWith(known.slice(0, -1)));
}

function general(messages: readonly string[]): Problem[] {
  return [...new Set(messages)].map((message) => ({ relation: null, message }));
}

/** The failure, with the way out where one is known. */
function failureText({ step, reason }: FailedStep, unit: string): string {
  if (step.kind !== 'cluster.create') return `${reason} (tried again at the next event)`;
  const options = `locale=${step.locale} encoding=${step.encoding}`;
  const correct = `correct them with: juju config ${applicationOf(unit)} locale=C encoding=UTF-8`;
  return `The cluster cannot be made with ${options}. If they are wrong, ${correct}. ${reason}`;
}
