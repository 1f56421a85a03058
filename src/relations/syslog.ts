/** Endpoint `syslog`: what log collectors are told, and the files that make rsyslog forward to them. */
import { compareUnits } from '../cluster/units.ts';
import { addressBits } from '../server/address.ts';
import { entryOf } from '../server/entry-of.ts';
import { shownName } from '../server/identifiers.ts';
import type { BagContent, SyslogRelation } from './relation-facts.ts';

/** One file of /etc/rsyslog.d, as its template needs it. */
export interface SyslogForward {
  /** `/etc/rsyslog.d/juju-postgresql_0-rsyslog_0.conf` */
  readonly path: string;
  readonly programName: string;
  readonly address: string;
  /** Name of the queue on disk that holds messages while the collector is away. */
  readonly queue: string;
}

export interface DesiredForwarding {
  /** PostgreSQL logs under this name in syslog; null when nobody collects. */
  readonly ident: string | null;
  readonly forwards: readonly SyslogForward[];
  /** Relation → what this unit publishes. */
  readonly bags: Readonly<Record<string, BagContent>>;
  /** Relation → why nothing is forwarded to some of its units. */
  readonly problems: Readonly<Record<string, readonly string[]>>;
}

/** Needs of all relations of the endpoint. `logLinePrefix` is the server's, trailing blank included. */
export function desiredForwarding(
  relations: readonly SyslogRelation[],
  unit: string,
  logLinePrefix: string,
): DesiredForwarding {
  const programName = programNameOf(unit);
  const forwards = new Map<string, SyslogForward>();
  const bags: Record<string, BagContent> = {};
  const problems: Record<string, string[]> = {};
  const live = relations.filter(({ broken }) => !broken);
  for (const relation of live) {
    bags[relation.id] = { programname: programName, log_line_prefix: logLinePrefix };
    for (const remote of Object.keys(relation.remoteUnits).toSorted(compareUnits)) {
      const bag = entryOf(relation.remoteUnits, remote) ?? {};
      const address = bag['private-address'] ?? bag['ingress-address'] ?? '';
      if (addressBits(address) === null) {
        const why = `${remote} names ${shownName(address)} as its address, which is not an IP address`;
        (problems[relation.id] ??= []).push(`${why}; nothing is forwarded to it`);
        continue;
      }
      const queue = `${forwardPrefix(unit)}${remote.replaceAll(/[^A-Za-z0-9-]/g, '_')}`;
      forwards.set(queue, { path: `/etc/rsyslog.d/${queue}.conf`, programName, address, queue });
    }
  }
  const names = [...forwards.keys()].toSorted();
  return {
    ident: live.length > 0 ? programName : null,
    forwards: names.flatMap((name) => forwards.get(name) ?? []),
    bags,
    problems,
  };
}

/** Prefix of a unit's files in rsyslog's folder. */
export function forwardPrefix(unit: string): string {
  return `juju-${programNameOf(unit)}-`;
}

function programNameOf(unit: string): string {
  return unit.replaceAll('/', '_');
}
