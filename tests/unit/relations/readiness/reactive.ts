/** The reactive interface of 2018: unit bags only, and one unit that fails makes the whole relation wait. */
import type { Bag } from '../../../../src/relations/relation-facts.ts';

export interface ReactiveRequest {
  readonly unit: string;
  readonly egress: readonly string[];
  readonly database: string;
  readonly roles: string;
  readonly extensions: string;
}

/** Connection that the client would use; null while it waits. `units` are in the order of their names. */
export function reactiveConnection(
  units: readonly Bag[],
  request: ReactiveRequest,
): { readonly master: string | null; readonly standbys: readonly string[] } | null {
  const speaking = units.filter((bag) => bag['master'] !== undefined || bag['standbys'] !== undefined);
  if (speaking.length === 0 || !speaking.every((bag) => isReady(bag, request))) return null;
  const master = units.find((bag) => bag['master'] !== undefined)?.['master'] ?? null;
  const standbys = units.find((bag) => bag['standbys'] !== undefined)?.['standbys'] ?? '';
  return { master, standbys: standbys === '' ? [] : standbys.split('\n') };
}

function isReady(bag: Bag, request: ReactiveRequest): boolean {
  const named = ['host', 'port', 'database', 'user', 'password'].every((key) => (bag[key] ?? '') !== '');
  if (!named) return false;
  const subnets = bag['allowed-subnets'] ?? '';
  const admitted =
    subnets === ''
      ? (bag['allowed-units'] ?? '').split(',').includes(request.unit)
      : request.egress.every((subnet) => subnets.split(',').includes(subnet));
  if (!admitted) return false;
  if (request.database !== '' && bag['database'] !== request.database) return false;
  if (request.roles !== '' && bag['roles'] !== request.roles) return false;
  return request.extensions === '' || bag['extensions'] === request.extensions;
}
