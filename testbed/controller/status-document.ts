import type { Endpoint } from '../protocol/between-models.ts';
import type {
  ApplicationStatus,
  MachineStatus,
  RelationStatus,
  StatusDocument,
  StatusEntry,
  UnitStatus,
} from '../protocol/status-types.ts';
import { agentVersion } from './charm-manifest.ts';
import { endKey } from './endpoints.ts';
import { leaderOf } from './leases.ts';
import { isContainerScoped, isPeer, ownEnd, remoteEnd } from './relations.ts';
import {
  type Application,
  charmOf,
  type Machine,
  type ModelState,
  type Relation,
  relationsOf,
  type StatusRecord,
  timestamp,
  type Unit,
  unitsOf,
} from './state.ts';

const bases: Record<string, { name: string; channel: string }> = {
  bookworm: { name: 'debian', channel: '12' },
  trixie: { name: 'debian', channel: '13' },
};

/** `lost`: units whose agents have not been heard of. */
export function statusDocument(model: ModelState, lost: (unit: string) => boolean): StatusDocument {
  const version = agentVersion(model.juju);
  const applications = Object.values(model.applications).sort(byName);
  return {
    model: {
      name: model.name,
      type: 'iaas',
      controller: 'testbed',
      cloud: 'localhost',
      version,
      'model-status': { current: 'available', since: timestamp(model) },
    },
    machines: Object.fromEntries(Object.values(model.machines).map((each) => [each.id, machineStatus(each)])),
    applications: Object.fromEntries(
      applications.map((each) => [each.name, applicationStatus(model, each, lost)]),
    ),
    relations: Object.values(model.relations).map(relationStatus),
    ...offerStatus(model),
    storage: Object.fromEntries(
      Object.values(model.storage).map((each) => [
        each.id,
        {
          kind: 'filesystem',
          life: each.life,
          status: { current: each.status, since: timestamp(model) },
          unit: each.unit,
          location: each.location,
        },
      ]),
    ),
    controller: { timestamp: timestamp(model) },
  };
}

/** Offers of this model, and those of others that were consumed here. */
function offerStatus(model: ModelState): Pick<StatusDocument, 'offers' | 'application-endpoints'> {
  const shown = (ends: Endpoint[]): Record<string, { interface: string; role: string }> =>
    Object.fromEntries(ends.map((end) => [end.name, { interface: end.interface, role: end.role }]));
  const offers = Object.values(model.offers).flatMap(({ name, application: of, endpoints }) => {
    const application = model.applications[of];
    if (application === undefined) return [];
    const charm = charmOf(model, application);
    const ends = Object.values(charm.endpoints).filter((end) => endpoints.includes(end.name));
    return [
      [
        name,
        {
          application: of,
          charm: `local:${charm.name}-${application.charmRevision}`,
          endpoints: shown(ends),
        },
      ],
    ] as const;
  });
  const consumed = Object.values(model.remotes).filter((remote) => remote.consumed);
  const since = timestamp(model);
  return {
    ...(offers.length === 0 ? {} : { offers: Object.fromEntries(offers) }),
    ...(consumed.length === 0
      ? {}
      : {
          'application-endpoints': Object.fromEntries(
            consumed.map(({ name, url, ends }) => [
              name,
              { url, endpoints: shown(ends), 'application-status': { current: 'active', since } },
            ]),
          ),
        }),
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function baseOf(base: string): { name: string; channel: string } {
  return bases[base] ?? { name: base, channel: '' };
}

function machineStatus(machine: Machine): MachineStatus {
  const { since, message, status } = machine;
  return {
    'juju-status': { current: status, ...(message === '' ? {} : { message }), since },
    hostname: machine.hostname,
    'dns-name': machine.address,
    'ip-addresses': [machine.address, machine.address6].filter((address) => address !== ''),
    'instance-id': machine.hostname,
    'machine-status': { current: status === 'started' ? 'running' : status, since },
    base: baseOf(machine.base),
    hardware: `arch=${process.arch === 'arm64' ? 'arm64' : 'amd64'}`,
  };
}

function applicationStatus(
  model: ModelState,
  application: Application,
  lost: (unit: string) => boolean,
): ApplicationStatus {
  const charm = charmOf(model, application);
  const related: NonNullable<ApplicationStatus['relations']> = {};
  for (const relation of relationsOf(model, application.name)) {
    const own = ownEnd(relation, application.name);
    const remote = remoteEnd(relation, application.name);
    if (own === undefined || remote === undefined) continue;
    const scope = isContainerScoped(relation) ? 'container' : 'global';
    const list = related[own.name] ?? [];
    list.push({ 'related-application': remote.application, interface: own.interface, scope });
    related[own.name] = list;
  }
  const units = unitsOf(model, application.name).filter((unit) => unit.principal === null);
  const hosts = Object.values(related)
    .flat()
    .filter((each) => each.scope === 'container')
    .map((each) => each['related-application']);
  return {
    charm: `local:${charm.name}-${application.charmRevision}`,
    'charm-name': charm.name,
    'charm-rev': application.charmRevision,
    'charm-origin': 'local',
    base: baseOf(application.base),
    exposed: application.exposed,
    ...(application.life === 'alive' ? {} : { life: application.life }),
    'application-status': entry(applicationRecord(model, application)),
    ...(Object.keys(related).length === 0 ? {} : { relations: related }),
    ...(charm.subordinate ? { 'subordinate-to': hosts } : {}),
    ...(units.length === 0
      ? {}
      : { units: Object.fromEntries(units.map((unit) => [unit.name, unitStatus(model, unit, lost)])) }),
    ...(application.workloadVersion === '' ? {} : { version: application.workloadVersion }),
  };
}

const severity = ['error', 'blocked', 'waiting', 'maintenance', 'active', 'terminated', 'unknown'];

/** Status that the leader set, else the most severe workload status of its units. */
export function applicationRecord(model: ModelState, application: Application): StatusRecord {
  if (application.status !== null) return application.status;
  const records = unitsOf(model, application.name).map(workloadRecord);
  records.sort((a, b) => severity.indexOf(a.status) - severity.indexOf(b.status));
  return records[0] ?? { status: 'unknown', message: '', since: timestamp(model) };
}

/** A unit in hook error shows that as its workload status. */
function workloadRecord(unit: Unit): StatusRecord {
  return unit.agent.status === 'error' ? unit.agent : unit.workload;
}

function unitStatus(model: ModelState, unit: Unit, lost: (unit: string) => boolean): UnitStatus {
  const subordinates = Object.values(model.units).filter((each) => each.principal === unit.name);
  const agent = unit.agent.status === 'error' ? { ...unit.agent, status: 'idle', message: '' } : unit.agent;
  const shown = lost(unit.name)
    ? { ...agent, status: 'lost', message: 'agent is not communicating with the server' }
    : agent;
  return {
    'workload-status': entry(workloadRecord(unit)),
    'juju-status': { ...entry(shown), version: agentVersion(model.juju) },
    ...(leaderOf(model, unit.application) === unit.name ? { leader: true as const } : {}),
    ...(unit.principal === null ? { machine: unit.machine } : {}),
    ...(unit.ports.length === 0 ? {} : { 'open-ports': unit.ports.map((port) => port.range).sort() }),
    'public-address': model.machines[unit.machine]?.address ?? '',
    ...(subordinates.length === 0
      ? {}
      : {
          subordinates: Object.fromEntries(
            subordinates.map((each) => [each.name, unitStatus(model, each, lost)]),
          ),
        }),
  };
}

function entry(record: StatusRecord): StatusEntry {
  const { status, message, since } = record;
  return { current: status, ...(message === '' ? {} : { message }), since };
}

function relationStatus(relation: Relation): RelationStatus {
  const joined = relation.ends.every((end) =>
    Object.keys(relation.scopes).some((unit) => unit.startsWith(`${end.application}/`)),
  );
  const status =
    relation.life !== 'alive' ? 'dying' : relation.suspended ? 'suspended' : joined ? 'joined' : 'joining';
  const type = isPeer(relation) ? 'peer' : isContainerScoped(relation) ? 'subordinate' : 'regular';
  return {
    id: relation.id,
    endpoints: relation.ends.map(endKey),
    interface: relation.ends[0]?.interface ?? '',
    type,
    status,
  };
}
