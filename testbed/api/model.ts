import { unitsOf } from '../cli/units.ts';
import type {
  AdminClient,
  AdminParams,
  AdminResult,
  ConfigValue,
  HookRecord,
  LogLine,
  ModelInfo,
  RelationBags,
  SecretInfo,
  TaskInfo,
} from '../protocol/admin.ts';
import type { StatusDocument, UnitStatus } from '../protocol/status-types.ts';
import { type ModelFaults, modelFaults } from './faults.ts';
import { type Ran, type UnitMachine, unitMachine } from './unit-machine.ts';
import { type WaitOptions, waitForStatus, waitUntilSettled } from './waiting.ts';

const taskTimeoutMs = 120_000;

export type DeployOptions = Omit<AdminParams<'deploy'>, 'charmPath'>;

/** A model under test. Methods reject with Juju's own error texts. */
export class Model {
  readonly name: string;
  readonly juju: ModelInfo['juju'];
  /** For requests that have no method here. */
  readonly client: AdminClient;
  readonly faults: ModelFaults;

  constructor(info: ModelInfo, client: AdminClient) {
    this.name = info.name;
    this.juju = info.juju;
    this.client = client;
    this.faults = modelFaults(client);
  }

  /** Deploys a folder or `.charm`; does not wait. */
  deploy(charmPath: string, options: DeployOptions = {}): Promise<{ application: string; units: string[] }> {
    return this.client.call('deploy', { charmPath, ...options });
  }

  async addUnit(application: string, count = 1): Promise<string[]> {
    return (await this.client.call('addUnit', { application, count })).units;
  }

  async removeUnit(unit: string, options: { force?: boolean; destroyStorage?: boolean } = {}): Promise<void> {
    await this.client.call('removeUnit', { unit, ...options });
  }

  async removeApplication(application: string, options: { force?: boolean } = {}): Promise<void> {
    await this.client.call('removeApplication', { application, ...options });
  }

  /** Returns the relation's id. */
  async integrate(a: string, b: string): Promise<number> {
    return (await this.client.call('integrate', { a, b })).relationId;
  }

  async removeRelation(relationId: number, options: { force?: boolean } = {}): Promise<void> {
    await this.client.call('removeRelation', { relationId, ...options });
  }

  /** Values of an application's options; unset ones are left out. */
  async config(application: string): Promise<Record<string, ConfigValue>> {
    const { options } = await this.client.call('config.get', { application });
    const set = Object.entries(options).flatMap(([name, { value }]) =>
      value === null ? [] : [[name, value]],
    );
    return Object.fromEntries(set) as Record<string, ConfigValue>;
  }

  async setConfig(application: string, set: Record<string, ConfigValue>): Promise<void> {
    await this.client.call('config.set', { application, set });
  }

  async resetConfig(application: string, reset: string[]): Promise<void> {
    await this.client.call('config.set', { application, reset });
  }

  async setModelConfig(set: Record<string, ConfigValue>): Promise<void> {
    await this.client.call('model.setConfig', { set });
  }

  /** Runs an action (`unit` may be `app/leader`) and waits for its end, well or not. */
  async run(
    unit: string,
    action: string,
    params: Record<string, unknown> = {},
    options: { timeoutMs?: number } = {},
  ): Promise<TaskInfo> {
    const { tasks } = await this.client.call('tasks.enqueue', { units: [unit], action, params });
    return this.ended(tasks, options.timeoutMs ?? taskTimeoutMs);
  }

  /**
   * Runs a shell command in a unit's hook environment, as `juju exec`. Does not reject on a non-zero exit.
   */
  async exec(unit: string, command: string, options: { timeoutMs?: number } = {}): Promise<Ran> {
    const { tasks } = await this.client.call('tasks.exec', { units: [unit], command });
    const { results } = await this.ended(tasks, options.timeoutMs ?? taskTimeoutMs);
    const text = (key: string): string => String(results[key] ?? '');
    return { exitCode: Number(results['return-code'] ?? -1), stdout: text('stdout'), stderr: text('stderr') };
  }

  private async ended(tasks: TaskInfo[], timeoutMs: number): Promise<TaskInfo> {
    const [task] = tasks;
    if (!task) throw new Error('the controller enqueued no task');
    const after = await this.client.call('tasks.wait', { id: task.id, timeoutMs });
    if (after.completed !== null) return after;
    throw new Error(
      `task ${task.id} (${task.action} on ${task.unit}) is ${after.status} after ${timeoutMs} ms`,
    );
  }

  machineOf(unit: string): Promise<UnitMachine> {
    return unitMachine(this.client, this.name, unit);
  }

  status(): Promise<StatusDocument> {
    return this.client.call('status', {});
  }

  /** A unit's status, subordinates included; undefined when there is no such unit. */
  async unit(name: string): Promise<UnitStatus | undefined> {
    return unitsOf(await this.status()).find((unit) => unit.name === name)?.status;
  }

  /** The unit that holds the lease now. */
  async leaderOf(application: string): Promise<string | undefined> {
    return unitsOf(await this.status()).find((u) => u.application === application && u.status.leader)?.name;
  }

  /** Waits until the predicate gives true (or a value); a failure's message holds the whole picture. */
  waitFor<T>(
    holds: (status: StatusDocument) => T | Promise<T>,
    options: WaitOptions = {},
  ): Promise<NonNullable<T>> {
    return waitForStatus(this.client, this.juju, holds, options);
  }

  /** Waits until all agents are idle and have seen the newest of everything. */
  waitSettled(options: { timeoutMs?: number; except?: string[] } = {}): Promise<void> {
    return waitUntilSettled(this.client, this.juju, options);
  }

  /** Waits until a unit no longer exists. */
  async waitGone(unit: string, options: WaitOptions = {}): Promise<void> {
    await this.waitFor((status) => !unitsOf(status).some((each) => each.name === unit), {
      describe: `${unit} is gone`,
      ...options,
    });
  }

  async history(unit: string): Promise<HookRecord[]> {
    return (await this.client.call('history', { unit })).hooks;
  }

  /** Both sides' bags. */
  bags(relationId: number): Promise<RelationBags> {
    return this.client.call('bags', { relationId });
  }

  async relations(): Promise<RelationBags[]> {
    return (await this.client.call('relations', {})).relations;
  }

  async secrets(): Promise<SecretInfo[]> {
    return (await this.client.call('secrets', {})).secrets;
  }

  async secretContent(uri: string, revision?: number): Promise<Record<string, string>> {
    const which = revision === undefined ? {} : { revision };
    return (await this.client.call('secretContent', { uri, ...which })).content;
  }

  async storage(): Promise<AdminResult<'storage'>['storage']> {
    return (await this.client.call('storage', {})).storage;
  }

  /** Log of a unit, or of all. */
  async logs(unit?: string): Promise<LogLine[]> {
    return (await this.client.call('log', unit === undefined ? {} : { units: [unit] })).lines;
  }

  async resolved(unit: string, options: { retry: boolean } = { retry: true }): Promise<void> {
    await this.client.call('resolved', { unit, retry: options.retry });
  }

  async refresh(application: string, charmPath: string, options: { force?: boolean } = {}): Promise<void> {
    await this.client.call('refresh', { application, charmPath, ...options });
  }

  /** Removes machines, volumes, network and state. */
  async destroy(): Promise<void> {
    try {
      await this.client.call('model.destroy', {});
    } finally {
      this.client.close();
    }
  }
}
