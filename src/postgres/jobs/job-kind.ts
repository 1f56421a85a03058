/** A kind of job: one file each, and a line in kinds.ts. */
import type * as z from 'zod';
import type { Asked, FactsOf, JobName, NotesOf, RequestOf } from '../../server/jobs.ts';
import type { Moment } from '../../server/moment.ts';
import type { MachineRoots } from '../machine.ts';

/** The state file of a job: written by the job as it goes, read by every pass. */
export interface JobState<K extends JobName = JobName> {
  readonly request: Asked<K>;
  readonly notes: NotesOf<K>;
  /** Process id and its start time in clock ticks since boot: together they name one process. Null before it runs. */
  readonly process: { readonly pid: number; readonly startTicks: string } | null;
  readonly bootId: string;
  /** Without `.service`. */
  readonly systemdUnit: string;
  readonly startedAt: string;
  readonly began: Moment | null;
  readonly phase: string;
  readonly bytesDone: number | null;
  readonly bytesTotal: number | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly finishedAt: string | null;
  readonly ended: Moment | null;
}

/** Keeps the state file of a running job up to date, without writing more often than anybody looks. */
export interface JobReport<K extends JobName = JobName> {
  readonly phase: (phase: string) => Promise<void>;
  /** Bytes so far and in all; written at most twice a second. */
  readonly bytes: (done: number, total: number) => void;
  readonly note: (notes: Partial<NotesOf<K>>) => Promise<void>;
}

/** The job as its own work sees it. */
export interface JobWork<K extends JobName = JobName> {
  readonly roots: MachineRoots;
  readonly request: RequestOf<K>;
  /** Notes it begins with. */
  readonly notes: NotesOf<K>;
  readonly attempt: number;
  readonly report: JobReport<K>;
  /** Aborted when systemd wants the job to end; only for kinds that are asked to. */
  readonly stopping: AbortSignal;
  /** Asks Juju for a pass now; at its end it is asked for one anyway. */
  readonly wake: () => Promise<void>;
}

export interface JobKind<K extends JobName> {
  /** Fields of the request besides its kind. */
  readonly request: z.ZodType<RequestOf<K>>;
  /** Notes in the state; a job begins with those that `{}` gives, unless it takes over those of the last one. */
  readonly notes: z.ZodType<NotesOf<K>>;
  readonly keepsNotes: boolean;
  /** Name of its state file. Kinds with one file replace one another. */
  readonly file: string;
  /** `waits`: a second one is not started while one runs. `replaces`: it takes its place. */
  readonly second: 'waits' | 'replaces';
  /**
   * `once`: runs to its end, then the charm is woken. `always`: has no end of its own; one process under one name, which systemd starts again
   * when it fails.
   */
  readonly runs: 'once' | 'always';
  /** `asked`: it ends when it can, and the charm is not woken then. `killed`: it may end at any point. */
  readonly stops: 'asked' | 'killed';
  /** Settings of its systemd unit. `program` is the charm's. */
  readonly properties: (program: string) => Readonly<Record<string, string>>;
  /** True when both ask for the same work, so that a second request after a failure is another attempt. */
  readonly isSameWork: (last: RequestOf<K>, request: RequestOf<K>) => boolean;
  readonly facts: (state: JobState<K>, alive: boolean) => FactsOf<K>;
  readonly run: (work: JobWork<K>) => Promise<void>;
}

/** Makes systemd wake the charm when a job was killed; one that ends by itself does so itself. */
export function wakesWhenKilled(program: string): Readonly<Record<string, string>> {
  return { ExecStopPost: `${program} job ended` };
}
