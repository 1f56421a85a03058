import type { JujuMode } from '../protocol/admin.ts';
import type { ApplicationStatus, StatusDocument, UnitStatus } from '../protocol/status-types.ts';
import { columns, titles } from './columns.ts';

/** Sections of the table besides those it always has. */
export interface TableOptions {
  juju: JujuMode;
  relations: boolean;
  storage: boolean;
}

/**
 * `juju status` as a table: sections separated by an empty line, empty sections left out, as Juju prints
 * them.
 */
export function statusTable(status: StatusDocument, options: TableOptions): string {
  const sections = [
    modelSection(status, options.juju),
    remoteSection(status),
    applicationSection(status),
    unitSection(status),
    machineSection(status, options.juju),
    offerSection(status),
    options.relations ? relationSection(status, options.juju) : '',
    options.storage ? storageSection(status) : '',
  ].filter((section) => section !== '');
  const empty = Object.keys(status.applications).length === 0 && Object.keys(status.machines).length === 0;
  if (empty) sections.push(`Model "admin/${status.model.name}" is empty.\n`);
  return sections.join('\n');
}

function modelSection({ model, controller }: StatusDocument, juju: JujuMode): string {
  const cells = [model.name, model.controller, `${model.cloud}/${model.cloud}`, model.version];
  const time = controller.timestamp.replace(/^.*T/, '').replace(/\.\d+/, '');
  const head = 'Model Controller Cloud/Region Version';
  // Support levels are gone in 4.0.
  if (juju === '4.0') return columns(titles(`${head} Timestamp`), [[...cells, time]]);
  return columns(titles(`${head} SLA Timestamp`), [[...cells, 'unsupported', time]]);
}

function remoteSection(status: StatusDocument): string {
  const remotes = Object.entries(status['application-endpoints'] ?? {});
  if (remotes.length === 0) return '';
  const rows = remotes.map(([name, remote]) => [
    name,
    remote['application-status'].current,
    status.model.controller,
    remote.url,
  ]);
  return columns(titles('SAAS Status Store URL'), rows);
}

function applicationSection(status: StatusDocument): string {
  const rows = Object.entries(status.applications).map(([name, app]) => [
    name,
    app.version ?? '',
    app['application-status'].current,
    scale(status, name, app),
    app['charm-name'],
    '',
    String(app['charm-rev']),
    app.exposed ? 'yes' : 'no',
    firstLine(app['application-status'].message),
  ]);
  if (rows.length === 0) return '';
  return columns(titles('App Version Status >Scale Charm Channel >Rev Exposed Message'), rows);
}

/** Subordinates are counted at their principals. */
function scale(status: StatusDocument, name: string, app: ApplicationStatus): string {
  if (app['subordinate-to'] === undefined) return String(Object.keys(app.units ?? {}).length);
  const below = Object.values(status.applications)
    .flatMap((each) => Object.values(each.units ?? {}))
    .flatMap((unit) => Object.keys(unit.subordinates ?? {}));
  return String(below.filter((unit) => unit.split('/')[0] === name).length);
}

function unitSection(status: StatusDocument): string {
  const rows = Object.values(status.applications)
    .flatMap((app) => Object.entries(app.units ?? {}))
    .flatMap(([name, unit]) => [
      unitRow(name, unit, ''),
      ...Object.entries(unit.subordinates ?? {}).map(([below, sub]) => unitRow(below, sub, '  ')),
    ]);
  if (rows.length === 0) return '';
  return columns(titles('Unit Workload Agent Machine Public_address Ports Message'), rows);
}

function unitRow(name: string, unit: UnitStatus, indent: string): string[] {
  const agent = unit['juju-status'];
  const workload = unit['workload-status'];
  // Juju puts what the agent does in front of what the charm says.
  const doing = agent.current === 'executing' ? agent.message?.replace(/^running /, '') : undefined;
  const message = firstLine(workload.message);
  return [
    `${indent}${name}${unit.leader ? '*' : ''}`,
    workload.current,
    agent.current,
    unit.machine ?? '',
    unit['public-address'] ?? '',
    (unit['open-ports'] ?? []).join(','),
    doing ? `(${doing}) ${message}`.trimEnd() : message,
  ];
}

function machineSection(status: StatusDocument, juju: JujuMode): string {
  const rows = Object.entries(status.machines).map(([id, machine]) => [
    id,
    machine['juju-status'].current,
    machine['dns-name'],
    machine['instance-id'],
    juju === '2.9' ? machine.base.channel : `${machine.base.name}@${machine.base.channel}`,
    '',
    machine['machine-status'].message ?? machine['machine-status'].current,
  ]);
  if (rows.length === 0) return '';
  const base = juju === '2.9' ? 'Series' : 'Base';
  return columns(titles(`Machine State Address Inst_id ${base} AZ Message`), rows);
}

function offerSection(status: StatusDocument): string {
  const rows = Object.entries(status.offers ?? {}).flatMap(([name, offer]) =>
    Object.entries(offer.endpoints).map(([endpoint, { interface: kind, role }], index) =>
      index === 0
        ? [name, offer.application, offer.charm, endpoint, kind, role]
        : ['', '', '', endpoint, kind, role],
    ),
  );
  if (rows.length === 0) return '';
  return columns(titles('Offer Application Charm Endpoint Interface Role'), rows);
}

function relationSection(status: StatusDocument, juju: JujuMode): string {
  const rows = status.relations.map((relation) => [
    relation.endpoints[0] ?? '',
    relation.endpoints[1] ?? relation.endpoints[0] ?? '',
    relation.interface,
    relation.type,
    relation.status === 'joined' ? '' : relation.status,
  ]);
  if (rows.length === 0) return '';
  rows.sort((a, b) => (a.join(' ') < b.join(' ') ? -1 : 1));
  const first = juju === '2.9' ? 'Relation_provider' : 'Integration_provider';
  return columns(titles(`${first} Requirer Interface Type Message`), rows);
}

function storageSection(status: StatusDocument): string {
  const rows = Object.entries(status.storage ?? {}).map(([id, store]) => [
    store.unit ?? '',
    id,
    store.kind,
    store.location,
    store.status.current,
    store.status.message ?? '',
  ]);
  if (rows.length === 0) return '';
  return columns(titles('Storage_Unit Storage_ID Type Mountpoint Status Message'), rows);
}

function firstLine(text: string | undefined): string {
  return (text ?? '').split('\n')[0] ?? '';
}
