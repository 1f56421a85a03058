/**
 * Requests of the command line and the test API to a model's controller.
 *
 * One JSON line per request on a unix socket: `{ id, method, params }`, answered by `{ id, result }` or
 * `{ id, error }`. `ensureController(model)` in controller/launch.ts gives a typed {@link AdminClient}.
 * Names of units are `app/0`, of relations plain numbers, of storage `pgdata/0`, of tasks `12`.
 */
import type {
  CharmActionInfo,
  ConfigOptionInfo,
  ConfigValue,
  HookRecord,
  JujuMode,
  KillPoint,
  LogLine,
  ModelInfo,
  RelationBags,
  SecretInfo,
  Settled,
  StorageInfo,
  TaskInfo,
} from './admin-types.ts';
import type { EndedHalf, Half, OfferDetails } from './between-models.ts';
import type { StatusDocument } from './status-types.ts';

export type * from './admin-types.ts';

type Nothing = Record<string, never>;

/**
 * Method → [parameters, result]. A refused request rejects with an Error whose text is Juju's or says what
 * to do.
 */
export interface AdminMethods {
  'model.create': [{ juju: JujuMode; base?: string; config?: Record<string, ConfigValue> }, ModelInfo];
  /** Rejects with `model "x" not found` before model.create. */
  'model.info': [Nothing, ModelInfo];
  'model.config': [Nothing, Record<string, ConfigValue>];
  /**
   * Juju's keys (`automatically-retry-hooks`, `update-status-hook-interval` such as `5m`, `juju-http-proxy`
   * …) and the testbed's: `testbed-retry-base-ms`, `testbed-retry-max-ms`, `testbed-lease-ms`, `testbed-
   * agent-timeout-ms`.
   */
  'model.setConfig': [{ set?: Record<string, ConfigValue>; reset?: string[] }, Nothing];
  /** Removes machines, volumes, network and state, then ends the controller. */
  'model.destroy': [Nothing, Nothing];

  deploy: [
    {
      /** Absolute path of a folder or a `.charm`. */
      charmPath: string;
      application?: string;
      units?: number;
      config?: Record<string, ConfigValue>;
      /** `bookworm` or `trixie`. */
      base?: string;
      /** Storage name → size or count as Juju takes it: `1G`, `2,1G`. */
      storage?: Record<string, string>;
      /** Storage ids to attach instead of new ones (one unit only). */
      attachStorage?: string[];
      trust?: boolean;
      /** Resource name → absolute path of a file. */
      resources?: Record<string, string>;
      /** Machine ids for the units, in order. */
      to?: string[];
    },
    { application: string; units: string[] },
  ];
  addUnit: [
    { application: string; count?: number; attachStorage?: string[]; to?: string[] },
    { units: string[] },
  ];
  removeUnit: [{ unit: string; force?: boolean; destroyStorage?: boolean }, Nothing];
  removeApplication: [{ application: string; force?: boolean; destroyStorage?: boolean }, Nothing];
  removeMachine: [{ machine: string; force?: boolean }, Nothing];
  /** Each side `app` or `app:endpoint`; inference and errors as Juju's. */
  integrate: [{ a: string; b: string }, { relationId: number; endpoints: [string, string] }];
  /** By id, or by both sides. */
  removeRelation: [{ relationId?: number; a?: string; b?: string; force?: boolean }, Nothing];
  suspendRelation: [{ relationId: number; suspended: boolean }, Nothing];
  expose: [{ application: string; exposed: boolean }, Nothing];
  trust: [{ application: string; trust: boolean }, Nothing];

  'config.get': [
    { application: string },
    { application: string; charm: string; options: Record<string, ConfigOptionInfo> },
  ];
  /** Values may be strings as typed on a command line; they are converted by the option's type. */
  'config.set': [{ application: string; set?: Record<string, ConfigValue>; reset?: string[] }, Nothing];

  /** New code for an application: folder or `.charm`. */
  refresh: [{ application: string; charmPath: string; force?: boolean }, { revision: number }];
  resolved: [{ unit: string; retry: boolean }, Nothing];

  actions: [{ application: string }, { actions: CharmActionInfo[] }];
  /** `app/leader` is understood as a unit. */
  'tasks.enqueue': [
    {
      units: string[];
      action: string;
      params?: Record<string, unknown>;
      parallel?: boolean;
      executionGroup?: string;
    },
    { operation: string; tasks: TaskInfo[] },
  ];
  /** Juju exec: a shell command, in the units' hook environment. */
  'tasks.exec': [
    { units: string[]; command: string; parallel?: boolean },
    { operation: string; tasks: TaskInfo[] },
  ];
  'tasks.show': [{ id: string }, TaskInfo];
  'tasks.list': [Nothing, { tasks: TaskInfo[] }];
  'tasks.cancel': [{ id: string }, TaskInfo];
  /**
   * Answers when the task has ended, has more than `logLines` progress lines, or the time is over (then the
   * task as it is, still `pending` or `running`).
   */
  'tasks.wait': [{ id: string; timeoutMs: number; logLines?: number }, TaskInfo];

  status: [Nothing, StatusDocument];
  /** Grows with every change of the model; answers when it exceeds `after`, or the time is over. */
  'changes.wait': [{ after: number; timeoutMs: number }, { version: number }];
  settled: [{ except?: string[] }, Settled];
  /**
   * Answers as soon as the model is settled, or (settled: false) when the time is over. `except`: units
   * ignored.
   */
  'settled.wait': [{ timeoutMs: number; except?: string[] }, Settled];

  history: [{ unit: string }, { hooks: HookRecord[] }];
  /** Status changes of a unit, oldest first. */
  statusLog: [
    { unit: string },
    { entries: { at: string; kind: 'juju-unit' | 'workload'; status: string; message: string }[] },
  ];
  /** The last `lines` lines (all when left out), of these units when given. */
  log: [{ lines?: number; units?: string[] }, { lines: LogLine[] }];
  relations: [Nothing, { relations: RelationBags[] }];
  bags: [{ relationId: number }, RelationBags];
  secrets: [Nothing, { secrets: SecretInfo[] }];
  secretContent: [{ uri: string; revision?: number }, { content: Record<string, string> }];
  storage: [Nothing, { storage: StorageInfo[] }];
  /** `spec` as on the command line: a size `1G`, a count `2`, or both `2,1G`. */
  addStorage: [{ unit: string; name: string; spec: string }, { ids: string[] }];
  detachStorage: [{ id: string; force?: boolean }, Nothing];
  attachStorage: [{ unit: string; id: string }, Nothing];
  removeStorage: [{ id: string; force?: boolean }, Nothing];

  offer: [{ application: string; endpoints: string[]; name?: string }, { url: string }];
  removeOffer: [{ name: string; force?: boolean }, Nothing];
  /** `url`: `admin/model.offer` or `model.offer`, of another model on this computer. */
  consume: [{ url: string; alias?: string }, { application: string }];

  /** Between controllers: what a consumer needs to know of an offer. */
  'remote.offer': [{ name: string }, OfferDetails];
  /** Between controllers: one model's side of a relation with another. */
  'remote.half': [{ half: Half | EndedHalf }, Nothing];

  /**
   * Moves the model's clock forward (leases, rotations, expiry); leases of living agents are renewed on the
   * way.
   */
  'clock.advance': [{ ms: number }, Nothing];

  /** Power cut; the unit agents are known to be down until booted. */
  'machine.kill': [{ machine: string }, Nothing];
  'machine.boot': [{ machine: string }, Nothing];
  /** Clean reboot. */
  'machine.reboot': [{ machine: string }, Nothing];
  /** Machine of a unit, as the machines API takes it. */
  'machine.of': [{ unit: string }, { machine: string; address: string; base: string; agentService: string }];

  /**
   * Hold back hooks of a unit until released. `filter` is a regular expression matched against the hook name
   * and against `name(remote unit or application)`, e.g. `peer-relation-changed\(pg/1\)`.
   */
  'fault.holdEvents': [{ unit: string; filter: string }, { id: string }];
  /** All holds of the unit, or one. */
  'fault.releaseEvents': [{ unit: string; id?: string }, Nothing];
  /** Runs a hook again with the same parameters. */
  'fault.repeatEvent': [
    {
      unit: string;
      hook: string;
      relationId?: number;
      remoteUnit?: string;
      remoteApp?: string;
      storageId?: string;
    },
    Nothing,
  ];
  /** The lease is revoked; given to `toUnit`, else to the next unit that asks (not the old leader). */
  'fault.takeLeadership': [{ application: string; toUnit?: string }, Nothing];
  /** The next `count` commits of this unit are refused, or those of one hook. */
  'fault.failCommits': [{ unit: string; count: number; hook?: string }, Nothing];
  /** The next `count` calls of a hook command exit 1 with `ERROR <text>`. */
  'fault.failCommand': [{ unit: string; command: string; count: number; text: string }, Nothing];
  /** SIGKILL; systemd starts it again. */
  'fault.killAgent': [{ unit: string }, Nothing];
  /** The running hook's process group; rejects when none runs. */
  'fault.killHook': [{ unit: string; signal?: string }, Nothing];
  'fault.killHookAt': [{ unit: string } & KillPoint, { id: string }];
  /** Takes back kill points, failing commands and failing commits that were not used. */
  'fault.clear': [{ unit: string }, Nothing];
}

export type AdminMethod = keyof AdminMethods;
export type AdminParams<M extends AdminMethod> = AdminMethods[M][0];
export type AdminResult<M extends AdminMethod> = AdminMethods[M][1];

export interface AdminClient {
  /** Sends one request; rejects with the controller's error text, or when the controller goes away. */
  call<M extends AdminMethod>(method: M, params: AdminParams<M>): Promise<AdminResult<M>>;
  close(): void;
}
