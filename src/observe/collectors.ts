/** A syslog relation's share of an observation. */
import { relationList, unitBag } from '../juju/relations.ts';
import type { EventFacts } from '../plan/event.ts';
import type { SyslogFacts } from '../plan/observation.ts';

/** Where logs are to be sent. */
export async function observeSyslog(id: string, event: EventFacts): Promise<SyslogFacts> {
  const here = event.relation === id;
  const listed = await relationList(id);
  const units = listed.filter((unit) => !(here && unit === event.departingUnit));
  const [ownBag, bags] = await Promise.all([
    unitBag(id, event.unit),
    Promise.all(units.map((unit) => unitBag(id, unit))),
  ]);
  return {
    id,
    ownBag,
    remoteUnits: Object.fromEntries(units.map((unit, index) => [unit, bags[index] ?? {}])),
    broken: here && event.hook.endsWith('-relation-broken'),
  };
}
