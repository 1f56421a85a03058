/** The operator's options as the charm uses them. */
import type { DatabasePrivilege } from '../../server/database-privileges.ts';
import { entryOf } from '../../server/entry-of.ts';

export type OptionValues = Readonly<Record<string, string | number | boolean>>;

export interface CharmOptions {
  /** Null: the release's default. */
  readonly major: number | null;
  /** False while option version names none: then nothing is made that could not be changed later. */
  readonly majorUsable: boolean;
  readonly locale: string;
  readonly encoding: string;
  readonly adminNetworks: readonly string[];
  readonly idleReapSeconds: number;
  readonly databasePrivileges: readonly DatabasePrivilege[];
  readonly extraPackages: readonly string[];
  readonly manualReplication: boolean;
}

export interface ReadOptions {
  readonly options: CharmOptions;
  /** Corrections the operator has to make, each with its way out. Options that are wrong count as not set. */
  readonly problems: readonly string[];
  /** An option that has its say only when the cluster is made is wrong: none is made. */
  readonly mayCreate: boolean;
}

/** Text of option `name` without blanks around it; empty when it is not set. */
export function textOf(values: OptionValues, name: string): string {
  return String(entryOf(values, name) ?? '').trim();
}
