import type { AdminClient } from '../protocol/admin.ts';
import type { StatusDocument, UnitStatus } from '../protocol/status-types.ts';
import { refuse } from './refusal.ts';

export interface UnitOf {
  name: string;
  application: string;
  status: UnitStatus;
  /** Machine of the principal. */
  machine: string;
  /** The principal's name, for a subordinate. */
  principal?: string;
}

/** All units of a model, subordinates after their principals. */
export function unitsOf(status: StatusDocument): UnitOf[] {
  return Object.values(status.applications).flatMap((app) =>
    Object.entries(app.units ?? {}).flatMap(([name, unit]) => {
      const machine = unit.machine ?? '';
      const below = Object.entries(unit.subordinates ?? {});
      return [
        { name, application: applicationOf(name), status: unit, machine },
        ...below.map(([sub, subStatus]) => ({
          name: sub,
          application: applicationOf(sub),
          status: subStatus,
          machine,
          principal: name,
        })),
      ];
    }),
  );
}

/** `pg` of `pg/0`. */
export function applicationOf(unit: string): string {
  return unit.split('/')[0] ?? unit;
}

/**
 * The unit's machine id. `text` may be a unit, `app/leader`, or a machine id. Throws a Refusal when
 * unknown.
 */
export async function machineFor(client: AdminClient, text: string): Promise<string> {
  const status = await client.call('status', {});
  if (text in status.machines) return text;
  const found = unitsOf(status).find((unit) => unit.name === namedUnit(status, text));
  return found?.machine || refuse(`unit "${text}" not found: see 'juju status'`);
}

/**
 * The name of a unit, with `app/leader` resolved. Throws a Refusal when the application has no leader now.
 */
export function namedUnit(status: StatusDocument, text: string): string {
  if (!text.endsWith('/leader')) return text;
  const leader = unitsOf(status).find(
    (unit) => unit.application === applicationOf(text) && unit.status.leader,
  );
  return leader?.name ?? refuse(`could not determine leader for "${applicationOf(text)}": see 'juju status'`);
}
