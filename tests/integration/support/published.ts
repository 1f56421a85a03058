/** Contents of the server's own side of client relations, as Juju has them. */
import type { Model } from '../../../testbed/api/index.ts';

type Bag = Readonly<Record<string, string>>;

/** One relation: the application's bag and each unit's, without Juju's own keys. */
export interface Published {
  readonly application: Bag;
  readonly units: Readonly<Record<string, Bag>>;
}

const automatic = ['egress-subnets', 'ingress-address', 'private-address'];

/** Bags that `postgresql` has written on each relation, by the name of the client. */
export async function published(
  model: Model,
  relations: Readonly<Record<string, number>>,
): Promise<Record<string, Published>> {
  const found = await Promise.all(
    Object.entries(relations).map(async ([name, id]) => {
      const bags = await model.bags(id);
      const units = Object.entries(bags.units)
        .filter(([unit]) => unit.startsWith('postgresql/'))
        .map(([unit, bag]) => [unit, withoutAutomatic(bag)] as const);
      const application = bags.applications['postgresql'] ?? {};
      return [name, { application, units: Object.fromEntries(units) }] as const;
    }),
  );
  return Object.fromEntries(found);
}

function withoutAutomatic(bag: Bag): Bag {
  return Object.fromEntries(Object.entries(bag).filter(([key]) => !automatic.includes(key)));
}

/** The same without the keys that name requests that are not met. */
export function withoutComplaints(seen: Readonly<Record<string, Published>>): Record<string, Published> {
  return Object.fromEntries(
    Object.entries(seen).map(([name, { application, units }]) => {
      const { requests, data = '' } = application;
      const met =
        requests === undefined ? {} : { requests: metRequests(requests), data: notedOf(requests, data) };
      return [name, { application: { ...without(application, 'status'), ...met }, units }];
    }),
  );
}

/** Responses of postgresql_client v1 that hold credentials, and of these all but their status. */
function metRequests(text: string): string {
  const responses = JSON.parse(text) as Record<string, unknown>[];
  const met = responses.filter((response) => 'secret-user' in response);
  return JSON.stringify(met.map((response) => without(response, 'status')));
}

/** The requests, as the application has noted them, that these responses met. */
function notedOf(text: string, data: string): string {
  const responses = JSON.parse(text) as Record<string, unknown>[];
  const ids = responses.flatMap((response) => ('secret-user' in response ? [response['request-id']] : []));
  const noted = Object.entries(JSON.parse(data) as Record<string, unknown>);
  return JSON.stringify(Object.fromEntries(noted.filter(([id]) => ids.includes(id))));
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
