import type { Model, RelationBags } from '../../../testbed/api/index.ts';
import { type MachinePicture, machinePicture } from './machine-picture.ts';
import { type ServerPicture, serverPicture } from './server-sql.ts';

/** All that a deployment has come to, with what differs from one deployment to the next masked. */
export interface Snapshot {
  bags: RelationBags[];
  secrets: string[];
  statuses: Record<string, unknown>;
  machines: Record<string, MachinePicture>;
  servers: Record<string, ServerPicture>;
}

/** Pictures the whole model; `servers` are the units with a PostgreSQL server. */
export async function snapshotOf(model: Model, servers: readonly string[]): Promise<Snapshot> {
  const status = await model.status();
  const units = Object.values(status.applications).flatMap((application) =>
    Object.entries(application.units ?? {}),
  );
  const addresses = units.map(([name, unit]) => [unit['public-address'] ?? '', name] as const);
  const statuses = [
    ...Object.entries(status.applications).map(([name, application]) => [
      name,
      { status: wordsOf(application['application-status']), version: application.version },
    ]),
    ...units.map(([name, unit]) => [
      name,
      {
        status: wordsOf(unit['workload-status']),
        agent: unit['juju-status'].current,
        ports: unit['open-ports'],
      },
    ]),
  ];
  const snapshot: Snapshot = {
    bags: await model.relations(),
    secrets: (await model.secrets()).map(
      ({ owner, label, revisions }) => `${owner} ${label} ${revisions.length}`,
    ),
    statuses: Object.fromEntries(statuses),
    machines: await eachOf(servers, (unit) => machinePicture(model, unit)),
    servers: await eachOf(servers, (unit) => serverPicture(model, unit)),
  };
  return JSON.parse(masked(JSON.stringify(snapshot), addresses)) as Snapshot;
}

function wordsOf({ current, message = '' }: { current: string; message?: string }): string {
  return `${current}: ${message}`;
}

async function eachOf<T>(
  units: readonly string[],
  look: (unit: string) => Promise<T>,
): Promise<Record<string, T>> {
  const seen: Record<string, T> = {};
  for (const unit of units) seen[unit] = await look(unit);
  return seen;
}

/** Addresses become their units' names; passwords, hashes, identifiers, positions and times become what they are. */
function masked(text: string, addresses: readonly (readonly [string, string])[]): string {
  const longestFirst = addresses.toSorted(([left], [right]) => right.length - left.length);
  const named = longestFirst
    .filter(([address]) => address !== '')
    .reduce((result, [address, unit]) => result.replaceAll(address, `<${unit}>`), text);
  return named
    .replaceAll(/secret:(\/\/[0-9a-f-]+\/)?[0-9a-z]{20}/g, '<secret>')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<boot>')
    .replaceAll(/(\\"seconds\\": )\d+\.?\d*/g, '$1<seconds>')
    .replaceAll(/\b[0-9a-f]{16,64}\b/g, '<hash>')
    .replaceAll(/\b[0-9A-Za-z]{32}\b/g, '<password>')
    .replaceAll(/\b(\d{1,3}\.){3}\d{1,3}:\d{4,5}\b/g, '<controller>')
    .replaceAll(/\b\d{19}\b/g, '<identifier>')
    .replaceAll(/\b[0-9A-F]{1,8}\/[0-9A-F]{6,8}\b/g, '<position>');
}
