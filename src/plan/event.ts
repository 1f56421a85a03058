/** Facts of the event a process was started for. The name only adds facts; every event runs the same pass. */

export interface EventFacts {
  /** `install`, `db-relation-changed`; empty for an action and for a command typed on the unit. */
  readonly hook: string;
  readonly action: string | null;
  /** `db:3`, in relation events. */
  readonly relation: string | null;
  readonly remoteUnit: string | null;
  readonly remoteApplication: string | null;
  /** Unit that goes, in departed events; this unit when it is being removed. */
  readonly departingUnit: string | null;
  readonly unit: string;
  /** UUID of the model; empty or missing where Juju does not tell it. */
  readonly model?: string;
  readonly jujuVersion: string;
  /** Addresses of Juju's controllers, as `10.0.0.1:17070`. */
  readonly controllers: readonly string[];
}

/** `postgresql` of `postgresql/0`. */
export function applicationOf(unit: string): string {
  return unit.slice(0, unit.lastIndexOf('/'));
}

/** `db` of `db:3`. */
export function endpointOf(relation: string): string {
  return relation.slice(0, relation.lastIndexOf(':'));
}

/** Juju before 3.0 has no secrets a charm can use. */
export function hasSecrets(jujuVersion: string): boolean {
  return !/^[012]\./.test(jujuVersion);
}
