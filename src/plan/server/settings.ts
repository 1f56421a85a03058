/** Settings this unit's server should have. */
import { orderedSettings } from '../../cluster/ordered-settings.ts';
import { slotName } from '../../cluster/units.ts';
import { entryOf } from '../../server/entry-of.ts';
import { type DesiredSettings, desiredOrderedSettings } from '../../server/settings.ts';
import type { MajorTraits } from '../../server/versions.ts';
import type { Situation } from '../situation.ts';
import { desiredRole } from './role.ts';

/** Counts of members are rounded up to this, so that a new unit rarely means a restart of the others. */
const MEMBERS_AT_ONCE = 8;

/** The settings, with those held back that standbys or the primary must change first. */
export function settingsFor(situation: Situation, traits: MajorTraits): DesiredSettings {
  const { observation, reading, raw, view, forwarding } = situation;
  const { options } = reading.options;
  const { juju, machine } = observation;
  const masterUnits = juju.clients
    .filter(({ endpoint }) => endpoint === 'master')
    .reduce((sum, { remoteUnits }) => sum + Object.keys(remoteUnits).length, 0);
  const settings: DesiredSettings = {
    traits,
    clusterName: observation.event.unit,
    ramBytes: machine.ramBytes,
    volumeBytes: machine.volumeBytes,
    memberCount: roundUp(view.others.length + 1),
    replicationClientCount: masterUnits === 0 ? 0 : roundUp(masterUnits),
    idleReapSeconds: options.idleReapSeconds,
    certificate: machine.certificate,
    syslogIdent: forwarding.ident,
    extraConf: raw.extraConf,
    held: {},
  };
  return { ...settings, held: heldSettings(situation, desiredOrderedSettings(settings)) };
}

/** Values that must hold for now although others are desired: raised on standbys first, lowered on the primary first. */
function heldSettings(
  { observation, view, member }: Situation,
  desired: Readonly<Record<string, number>>,
): Record<string, number> {
  const { server } = observation;
  const role = desiredRole(member.goal, server) === 'standby' ? 'standby' : 'primary';
  const counterpart = role === 'primary' ? 'standby' : 'primary';
  // A standby that this primary does not send WAL to may be gone for good, and raises its settings before it starts again.
  const connected = new Set(view.own.senders.map(({ slot }) => slot));
  const others = view.others.flatMap(({ unit, facts }) => {
    const counts = facts?.role === counterpart && (role === 'standby' || connected.has(slotName(unit)));
    return counts ? [facts.settings ?? {}] : [];
  });
  if (role === 'standby') others.push(server.control?.orderedSettings ?? {});
  const now = orderedSettings(role, desired, server.running?.orderedSettings ?? {}, others);
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => entryOf(desired, name) !== value));
}

function roundUp(count: number): number {
  return Math.ceil(count / MEMBERS_AT_ONCE) * MEMBERS_AT_ONCE;
}
