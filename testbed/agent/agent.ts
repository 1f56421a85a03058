import type { LogLine } from '../protocol/admin.ts';
import type { UnitSnapshot } from '../protocol/agent-methods.ts';
import type { AgentSettings } from '../protocol/agent-settings.ts';
import type { BagCache } from './bag-cache.ts';
import type { CommandRequest } from './commands-queue.ts';
import type { ControllerLink } from './controller-link.ts';
import type { Leadership } from './leadership.ts';
import type { LocalState } from './local-state.ts';
import type { MachineLock } from './machine-lock.ts';
import type { AgentPaths } from './paths.ts';

/** One unit's agent: what its parts share. */
export interface Agent {
  settings: AgentSettings;
  paths: AgentPaths;
  link: ControllerLink;
  leadership: Leadership;
  lock: MachineLock;
  bags: BagCache;
  local: LocalState;
  /** The newest the controller has told; there is one before anything runs. */
  snapshot: UnitSnapshot;
  /** juju-exec calls that wait for their turn. */
  commands: CommandRequest[];
  /** Faults used up here that the controller may not have heard of yet. */
  usedFaults: Set<string>;
  save(): void;
  log(level: LogLine['level'], module: string, message: string): void;
  /** Makes the loop look again. */
  wake(): void;
}
