import type { Model, StatusDocument, TaskInfo } from '../../../../testbed/api/index.ts';

/** Units of `postgresql` by the words of their statuses. */
export interface Shown {
  primaries: string[];
  standbys: string[];
  others: string[];
  application: string;
}

/** Members of a healthy cluster by role. */
export interface Cluster {
  primary: string;
  standbys: string[];
}

/** Sorts the units by what they show. */
export function shownIn(status: StatusDocument): Shown {
  const shown: Shown = { primaries: [], standbys: [], others: [], application: '' };
  const application = status.applications['postgresql'];
  shown.application = application?.['application-status'].message ?? '';
  for (const [unit, { 'workload-status': own }] of Object.entries(application?.units ?? {})) {
    const message = own.message ?? '';
    if (/^Live master \(\d+\.\d+\)$/.test(message)) shown.primaries.push(unit);
    else if (/^Live secondary \(\d+\.\d+\)(, \d+ bytes behind)?$/.test(message)) shown.standbys.push(unit);
    else shown.others.push(unit);
  }
  return shown;
}

/** Waits until one unit shows itself as primary, `standbys` as standbys, and nobody anything else; tells who. */
export async function waitCluster(
  model: Model,
  standbys: number,
  options: { primary?: string; timeoutMs?: number } = {},
): Promise<Cluster> {
  const { primary, timeoutMs = 240_000 } = options;
  const cluster = await model.waitFor(
    (status) => {
      const shown = shownIn(status);
      const [first] = shown.primaries;
      if (first === undefined || shown.primaries.length > 1 || shown.others.length > 0) return null;
      if (shown.standbys.length !== standbys || (primary !== undefined && first !== primary)) return null;
      return { primary: first, standbys: shown.standbys };
    },
    {
      timeoutMs,
      describe: `a primary${primary === undefined ? '' : ` (${primary})`} and ${standbys} standbys`,
    },
  );
  await model.waitSettled({ timeoutMs });
  return cluster;
}

/** Runs switchover on the leader. */
export function switchover(model: Model, to: string): Promise<TaskInfo> {
  return model.run('postgresql/leader', 'switchover', { master: to });
}

/** The status messages a unit has shown, oldest first: the newest hundred or so, or those after the moment `since` of the log. */
export async function messagesOf(model: Model, unit: string, since = ''): Promise<string[]> {
  const { entries } = await model.client.call('statusLog', { unit });
  return entries.filter(({ at }) => at > since).map(({ message }) => message);
}

/** The moment of a unit's newest status, for {@link messagesOf}. */
export async function lastStatusAt(model: Model, unit: string): Promise<string> {
  const { entries } = await model.client.call('statusLog', { unit });
  return entries.at(-1)?.at ?? '';
}

/** Removes all units but one at once, the primary among them, which leads; tells who is left. */
export async function removeAllButOne(model: Model, { primary, standbys }: Cluster): Promise<string> {
  const [left = '', ...others] = standbys;
  await model.faults.takeLeadership('postgresql', primary);
  await Promise.all([primary, ...others].map((unit) => model.removeUnit(unit)));
  for (const unit of [primary, ...others]) await model.waitGone(unit);
  return left;
}
