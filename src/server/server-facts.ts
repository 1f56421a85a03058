/**
 * Facts about this machine's PostgreSQL. Plain JSON: an observation saved on a unit replays at a desk. Positions are PostgreSQL's own text
 * (`0/4C42348`); `cluster/position.ts` compares them as 64-bit numbers.
 */
import type { FileErrors } from './file-errors.ts';
import type { CopyFacts, FenceFacts, PackagesFacts, WatchFacts } from './jobs.ts';
import type { ClusterPlace } from './place.ts';
import type { NotedVolume } from './volume.ts';

/** A line of a timeline history file: `timeline` ended at `switchPosition` and the next one began there. */
export interface TimelineSwitch {
  readonly timeline: number;
  readonly switchPosition: string;
}

/** Output of pg_controldata, readable with the server down. */
export interface ControlFacts {
  readonly systemIdentifier: string;
  /** For example `in production`, `shut down`, `shut down in recovery`, `in archive recovery`. */
  readonly state: string;
  readonly checkpointPosition: string;
  readonly checkpointTimeline: number;
  /** Of the ordered settings, what the WAL replayed so far asks of a standby; missing when that was not looked at. */
  readonly orderedSettings?: Readonly<Record<string, number>>;
}

/** A replication slot on this server. */
export interface SlotFacts {
  readonly name: string;
  readonly active: boolean;
  /** `reserved`, `extended`, `unreserved`, `lost`; null before 13. */
  readonly walStatus: string | null;
}

/**
 * A standby as this server sees it (pg_stat_replication). `applicationName` is the standby's unit as
 * `postgresql_1`.
 */
export interface SenderFacts {
  readonly applicationName: string;
  readonly state: string;
  readonly flushPosition: string | null;
}

/** A server that answers on its local socket. */
export interface RunningServer {
  /** As `15.9` (server_version without the distribution's suffix). */
  readonly version: string;
  readonly inRecovery: boolean;
  readonly timeline: number;
  /** Write position of a primary; max(received, replayed) of a standby. */
  readonly position: string;
  readonly receivedPosition: string | null;
  /**
   * The startup process has replayed all WAL it has and waits for more; missing when that was not looked
   * at.
   */
  readonly replayedAll?: boolean;
  /** A WAL receiver streams now, and from which host. */
  readonly streaming: boolean;
  readonly upstreamHost: string | null;
  /**
   * The upstream's write position as last heard (pg_stat_wal_receiver.latest_end_lsn); missing or null when
   * not streaming.
   */
  readonly upstreamPosition?: string | null;
  readonly replayPaused: boolean;
  readonly slots: readonly SlotFacts[];
  readonly senders: readonly SenderFacts[];
  /** Names of settings that wait for a restart (pg_settings.pending_restart). */
  readonly pendingRestart: readonly string[];
  /** Settings that standbys must not have lower than their primary, as running now. */
  readonly orderedSettings: Readonly<Record<string, number>>;
  /** Paths of the charm's files whose text now on disk is not the one that the server is known to have loaded. */
  readonly unloaded: readonly string[];
  /** Time at which the rules of access in force were read, by the server's clock; null when no session is older than they are. */
  readonly accessLoadedAt: string | null;
  readonly fileErrors: FileErrors;
}

/**
 * `absent`: no cluster. `down`: a cluster, no process. `starting`: a process that does not take sessions
 * yet. `unknown`: a process that lives and cannot be asked.
 */
export type ServerState = 'absent' | 'down' | 'starting' | 'running' | 'unknown';

/**
 * Reason a server that lives cannot be asked. `busy`: it has answered that it lacks the means. `refused`: it, or its socket, does not let
 * the charm in. `silent`: no answer, which time may change.
 */
export interface Unasked {
  readonly kind: 'busy' | 'refused' | 'silent';
  /** Fit for a status, with the way out where one is known. */
  readonly reason: string;
}

/** Looks at the machine that can fail each by itself. */
export type ServerLook =
  | 'marker'
  | 'foreign'
  | 'programs'
  | 'copy'
  | 'packages'
  | 'watch'
  | 'fence'
  | 'control'
  | 'history'
  | 'signal';

/** Looks that failed, each with its reason. Facts they were to find are unknown, which is not absent. */
export type UnknownFacts<Look extends string> = Readonly<Partial<Record<Look, string>>>;

export interface ServerFacts {
  /** The charm's own cluster, from the marker it writes before making it; null before that. */
  readonly place: ClusterPlace | null;
  /** Newest major of PostgreSQL whose packages are all configured, or null. */
  readonly installedMajor: number | null;
  readonly state: ServerState;
  /**
   * Clusters that pg_lsclusters or the file system show and the charm did not make: `15/main at
   * /var/lib/…`.
   */
  readonly foreign: readonly string[];
  /** True when the data directory holds a cluster (PG_VERSION or pg_control), or that cannot be told. */
  readonly hasData: boolean;
  /** Place where the data lies; missing or null while none is seen. */
  readonly volume?: NotedVolume | null;
  /** Reason why the volume that held the data is away, with the way out; missing or null when it is not. Nothing may be written in its place. */
  readonly volumeAway?: string | null;
  /** Set when no process has the data and it surely cannot be used, with what is wrong with it. */
  readonly damage: string | null;
  /**
   * True when /etc/postgresql has the cluster; false with `hasData` after a clone, until it is taken over.
   */
  readonly hasConfiguration: boolean;
  readonly control: ControlFacts | null;
  readonly history: readonly TimelineSwitch[];
  readonly running: RunningServer | null;
  /** Set in state `unknown`. */
  readonly unasked: Unasked | null;
  readonly unknown: UnknownFacts<ServerLook>;
  /** The supervised job's state file, null when none was started. */
  readonly job: CopyFacts | null;
  /** The watch job likewise: it runs beside the other and never takes its place. */
  readonly watch: WatchFacts | null;
  readonly packages: PackagesFacts | null;
  /** Null when none was ever started. */
  readonly fence: FenceFacts | null;
  /** Data directories set aside by the charm, oldest first. */
  readonly asides: readonly string[];
  /** Last lines of the server's log that say why it is down (FATAL, PANIC, ERROR), newest last. At most 5. */
  readonly lastErrors: readonly string[];
  /** A start has failed since the server last ran, as its log tells. */
  readonly startFailed: boolean;
  /** Down, and the init system is about to start it again by itself, as after a crash. */
  readonly restarts: boolean;
  /** The standby's log says that the upstream has removed WAL it needs. */
  readonly walMissing: boolean;
  /** Text of the files the charm manages, by absolute path; null where a file is missing. */
  readonly files: Readonly<Record<string, string | null>>;
  /** start.conf of the cluster: whether the init system starts it at boot. */
  readonly startsAtBoot: boolean | null;
  /** File standby.signal (or recovery.conf up to 11) is there. */
  readonly standbySignal: boolean;
}
