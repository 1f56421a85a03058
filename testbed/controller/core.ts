import type { LogLine } from '../protocol/admin.ts';
import { makeWakeSignal } from '../wake-signal.ts';
import type { AgentLinks } from './agent-links.ts';
import { nextExpiryMs } from './leases.ts';
import type { MachineDriver } from './machine-driver.ts';
import type { ModelPaths } from './paths.ts';
import { appendLog, loadState, saveState } from './records.ts';
import { type ModelState, nowMs, timestamp } from './state.ts';

/** The one model of this process, and how its changes reach the disk, the agents and those who wait. */
export interface Core {
  paths: ModelPaths;
  name: string;
  driver: MachineDriver;
  links: AgentLinks;
  /** Throws until the model was created. */
  model(): ModelState;
  hasModel(): boolean;
  create(model: ModelState): void;
  /** To be called after each change; saving and pushing happen together, before any answer leaves. */
  changed(): void;
  /** Saves and pushes what has changed since the last time. */
  flush(): void;
  /** Resolves when the model's version exceeds `after`, or the time is over. */
  waitForChange(after: number, timeoutMs: number): Promise<void>;
  /** From now on nothing is saved or pushed: the model is being destroyed. */
  close(): void;
  /** Called after each flush. */
  onFlush(listener: () => void): void;
  log(level: LogLine['level'], module: string, message: string): void;
}

export function makeCore(name: string, paths: ModelPaths, driver: MachineDriver, links: AgentLinks): Core {
  let model = loadState(paths);
  let dirty = false;
  let closed = false;
  const changes = makeWakeSignal();
  const listeners: (() => void)[] = [];

  const core: Core = {
    paths,
    name,
    driver,
    links,
    model() {
      if (model === null) throw new Error(`model "${name}" not found`);
      return model;
    },
    hasModel: () => model !== null,
    create(created) {
      model = created;
      core.changed();
    },
    changed() {
      if (dirty) return;
      dirty = true;
      setImmediate(() => {
        core.flush();
      });
    },
    flush() {
      if (!dirty || closed || model === null) return;
      dirty = false;
      model.version += 1;
      saveState(paths, model);
      links.pushSnapshots(model);
      watchLeases(model);
      changes.fire();
      for (const listener of listeners) listener();
    },
    async waitForChange(after, timeoutMs) {
      if (core.model().version <= after) await changes.next(timeoutMs);
    },
    close() {
      closed = true;
    },
    onFlush(listener) {
      listeners.push(listener);
    },
    log(level, module, message) {
      const at = model === null ? new Date().toISOString() : timestamp(model);
      appendLog(paths, [{ at, entity: 'controller-0', level, module, message }]);
    },
  };

  const watchLeases = leaseWatcher(core.changed);
  return core;
}

/** A lease that ends is a change like any other: somebody may claim it. */
function leaseWatcher(onEnd: () => void): (model: ModelState) => void {
  let timer: NodeJS.Timeout | undefined;
  return (model) => {
    clearTimeout(timer);
    const next = nextExpiryMs(model);
    if (next !== null) timer = setTimeout(onEnd, next - nowMs(model) + 1);
  };
}
