/** A syslog relation's share of an observation. */
import type { EventFacts } from '../plan/event.ts';
import type { SyslogFacts } from '../plan/observation.ts';
import type { RelationReader } from './relation-reader.ts';

/** Collectors that logs are to be sent to. */
export async function observeSyslog(
  id: string,
  event: EventFacts,
  reader: RelationReader,
): Promise<SyslogFacts> {
  const here = event.relation === id;
  const listed = await reader.list(id);
  const units = listed.filter((unit) => !(here && unit === event.departingUnit));
  const [ownBag, bags] = await Promise.all([
    reader.ownBag(id),
    Promise.all(units.map((unit) => reader.unitBag(id, unit))),
  ]);
  return {
    id,
    ownBag,
    remoteUnits: Object.fromEntries(units.map((unit, index) => [unit, bags[index] ?? {}])),
    broken: here && event.hook.endsWith('-relation-broken'),
  };
}
