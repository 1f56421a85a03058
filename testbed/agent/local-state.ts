import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HookInfo } from '../protocol/agent-methods.ts';

export interface LocalRelation {
  endpoint: string;
  peer: boolean;
  remoteApp: string;
  /** Remote units that were told to have joined, with the version of their bag delivered last. */
  members: Record<string, number>;
  /** The unit whose -changed must follow its -joined. */
  changedPending: string | null;
  /** Version of the remote (peer: own) application bag delivered last. */
  appVersion: number;
}

/** State of an agent on the machine's disk, so that a restarted agent goes on where it was. */
export interface LocalState {
  charmHash: string | null;
  /** Grows with each refresh, also to the same code. */
  charmRevision: number;
  installed: boolean;
  started: boolean;
  stopped: boolean;
  removed: boolean;
  /** The charm has set a workload status at least once. */
  statusSet: boolean;
  leader: boolean;
  leaderSettingsVersion: number;
  configHash: string | null;
  /** Begun and not committed; seen outside a run, it has failed. */
  hook: HookInfo | null;
  /** Hooks that must come next, first first; storage hooks may come before them. */
  queue: HookInfo[];
  /** Task that was begun; seen outside a run, it was interrupted. */
  task: string | null;
  relations: Record<string, LocalRelation>;
  /** Ids of storage whose -attached hook has run. */
  storage: string[];
  /** Secret URI → newest revision told by secret-changed. */
  secretsTold: Record<string, number>;
  /** `kind uri revision` of the other secret events delivered. */
  secretEvents: string[];
  /** Highest repeated event done. */
  repeated: number;
  resolvedCount: number;
  bootId: string;
  /** The machine was rebooted: one more start hook is due. */
  startOwed: boolean;
}

export function freshState(): LocalState {
  return {
    charmHash: null,
    charmRevision: 0,
    installed: false,
    started: false,
    stopped: false,
    removed: false,
    statusSet: false,
    leader: false,
    leaderSettingsVersion: -1,
    configHash: null,
    hook: null,
    queue: [],
    task: null,
    relations: {},
    storage: [],
    secretsTold: {},
    secretEvents: [],
    repeated: -1,
    resolvedCount: 0,
    bootId: '',
    startOwed: false,
  };
}

export function loadLocalState(path: string): LocalState {
  if (!existsSync(path)) return freshState();
  return { ...freshState(), ...(JSON.parse(readFileSync(path, 'utf8')) as LocalState) };
}

/** Whole or not at all: an agent killed in between finds the former state. */
export function saveLocalState(path: string, state: LocalState): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}
