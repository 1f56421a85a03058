/** Options that hold raw lines of PostgreSQL's own files, and PostgreSQL's verdict on them. */
import type { Moment } from './moment.ts';

export type RawOption = 'extra_pg_conf' | 'extra_pg_auth';

export interface Verdict {
  /** Text that was judged, by the programs of `major`. */
  readonly text: string;
  readonly major: number;
  /** `unknown`: PostgreSQL could not be asked. */
  readonly outcome: 'taken' | 'refused' | 'unknown';
  /** Faults, each with its line; of an unknown outcome the reason. */
  readonly problems: readonly string[];
  /** Time at which PostgreSQL could not be asked; null with any other outcome. */
  readonly at: Moment | null;
  /** The newest text that was taken: it stays in force while another one is refused or not known. Null: none ever was. */
  readonly good: string | null;
}

export type Verdicts = Readonly<Record<RawOption, Verdict | null>>;
