/**
 * WAL as a tree of branches. A branch is what one server wrote on one timeline; a promotion begins a new
 * one.
 */
import type { CatalogFacts, TimelineSwitch } from '../shipped.ts';

export interface Branch {
  readonly timeline: number;
  readonly parent: Branch | null;
  /** Position at which it leaves its parent. */
  readonly start: number;
  readonly writer: string;
  /** A timeline number that says nothing of the fork: a copy was started without being promoted. */
  readonly silent: boolean;
  /** Roles and databases as they are from a position on, oldest first. */
  readonly catalogs: { readonly at: number; readonly catalog: CatalogFacts }[];
  /** The lines of its history file. */
  readonly history: readonly TimelineSwitch[];
  /** End of the last commit acknowledged to a client on it. */
  acked: number;
  /** Another unit was promoted away from it: what is acknowledged here later is lost by definition. */
  superseded: boolean;
}

export interface Data {
  readonly system: string;
  branch: Branch;
  /** End of its WAL, in bytes. */
  end: number;
  /** Position up to which a standby has replayed since it started. */
  replayed: number;
  /** Oldest WAL it still keeps. */
  kept: number;
  /** Start of the shutdown checkpoint when it was stopped cleanly as a primary, else null. */
  checkpoint: number | null;
  /** The timeline that pg_control names: behind after a promotion, until a checkpoint. */
  controlTimeline: number;
  standbySignal: boolean;
  /** A copy or rewound server takes sessions only from here on. */
  consistentAt: number;
  /** A rewind was begun and not finished. */
  half: boolean;
}

/** Branch to be begun: its parent, and the position in it. */
export type Fork = Pick<Branch, 'timeline' | 'parent' | 'start' | 'writer' | 'silent'>;

/** A branch on which nothing is written yet. */
export function newBranch(fork: Fork): Branch {
  const { parent, start, silent } = fork;
  const past = parent?.history ?? [];
  const line = { timeline: parent?.timeline ?? 0, switchPosition: walText(start) };
  const history = parent === null || silent ? past : [...past, line];
  return { ...fork, catalogs: [], history, acked: 0, superseded: false };
}

/** PostgreSQL's text for a position. */
export function walText(position: number): string {
  const high = Math.floor(position / 2 ** 32);
  return `${high.toString(16).toUpperCase()}/${(position % 2 ** 32).toString(16).toUpperCase()}`;
}

/** End of the part of `branch` that `data` holds; 0 when it is not on its way. */
export function coverage(data: Data | null, branch: Branch): number {
  if (data === null || data.half) return 0;
  if (data.branch === branch) return data.end;
  for (let at = data.branch; at.parent !== null; at = at.parent) {
    if (at.parent === branch) return at.start;
  }
  return 0;
}

/** True when `data` holds nothing that `of` has not. */
export function isPrefix(data: Data, of: Data): boolean {
  return data.system === of.system && data.end <= coverage(of, data.branch);
}

/** The next branch on the way from `from` to `to`; null when `to` does not descend from `from`. */
export function nextBranch(from: Branch, to: Branch): Branch | null {
  for (let at: Branch | null = to; at !== null; at = at.parent) {
    if (at.parent === from) return at;
  }
  return null;
}

/** Roles and databases as a server shows them that has replayed up to `position` of this data. */
export function catalogAt({ branch }: Data, position: number): CatalogFacts | null {
  let limit = position;
  for (let at: Branch | null = branch; at !== null; at = at.parent) {
    const found = at.catalogs.findLast((entry) => entry.at <= limit);
    if (found !== undefined) return found.catalog;
    limit = Math.min(limit, at.start);
  }
  return null;
}
