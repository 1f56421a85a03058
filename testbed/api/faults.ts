import type { AdminClient, AdminParams, KillPoint } from '../protocol/admin.ts';

/** Faults in what Juju does; those of machines are on {@link import('./unit-machine.ts').UnitMachine}. */
export interface ModelFaults {
  /** Holds back hooks of a unit; see `fault.holdEvents` for the filter. Call the result to let them run. */
  hold(unit: string, filter: string): Promise<() => Promise<void>>;
  release(unit: string): Promise<void>;
  /** Runs a hook again with the same parameters. */
  repeat(event: AdminParams<'fault.repeatEvent'>): Promise<void>;
  takeLeadership(application: string, toUnit?: string): Promise<void>;
  /** Refuses the next commits, or those of one hook. */
  failCommits(unit: string, count?: number, hook?: string): Promise<void>;
  failCommand(unit: string, command: string, text: string, count?: number): Promise<void>;
  killAgent(unit: string): Promise<void>;
  killHook(unit: string, signal?: string): Promise<void>;
  /** Kills a hook's processes at a chosen point, once. */
  killHookAt(unit: string, point: KillPoint): Promise<void>;
  /** Takes back failures and kill points that were not used. */
  clear(unit: string): Promise<void>;
  /** Moves the model's clock forward. */
  advanceClock(ms: number): Promise<void>;
}

/** The faults of one model. */
export function modelFaults(client: AdminClient): ModelFaults {
  const call: AdminClient['call'] = (method, params) => client.call(method, params);
  return {
    async hold(unit, filter) {
      const { id } = await call('fault.holdEvents', { unit, filter });
      return async () => void (await call('fault.releaseEvents', { unit, id }));
    },
    release: async (unit) => void (await call('fault.releaseEvents', { unit })),
    repeat: async (event) => void (await call('fault.repeatEvent', event)),
    takeLeadership: async (application, toUnit) =>
      void (await call('fault.takeLeadership', { application, ...(toUnit === undefined ? {} : { toUnit }) })),
    failCommits: async (unit, count = 1, hook) =>
      void (await call('fault.failCommits', { unit, count, ...(hook === undefined ? {} : { hook }) })),
    failCommand: async (unit, command, text, count = 1) =>
      void (await call('fault.failCommand', { unit, command, text, count })),
    killAgent: async (unit) => void (await call('fault.killAgent', { unit })),
    killHook: async (unit, signal) =>
      void (await call('fault.killHook', { unit, ...(signal === undefined ? {} : { signal }) })),
    killHookAt: async (unit, point) => void (await call('fault.killHookAt', { unit, ...point })),
    clear: async (unit) => void (await call('fault.clear', { unit })),
    advanceClock: async (ms) => void (await call('clock.advance', { ms })),
  };
}
