import type { Endpoint } from '../protocol/between-models.ts';
import { isCharmName } from '../protocol/names.ts';
import { type Charm, type CharmStorage, type Complain, isMap } from './charm-types.ts';
import { parseSizeMiB } from './storage-spec.ts';

type Described = Omit<Charm, 'bases' | 'options' | 'actions'>;

/** Names, endpoints, storage, resources and bindings of metadata.yaml. */
export function readMetadata(metadata: Record<string, unknown>, complain: Complain): Described {
  const text = (key: string): string => {
    const value = metadata[key];
    if (typeof value === 'string' && value !== '') return value;
    complain(`metadata: ${key}: expected string, got ${describe(value)}`);
    return '';
  };
  const name = text('name');
  if (name !== '' && !isCharmName(name)) complain(`metadata: "${name}" is not a valid charm name`);
  const endpoints = readEndpoints(metadata, complain);
  const subordinate = metadata['subordinate'] === true;
  const attaches = Object.values(endpoints).some(
    (endpoint) => endpoint.role === 'requirer' && endpoint.scope === 'container',
  );
  if (subordinate && !attaches) {
    complain(`metadata: subordinate charm "${name}" lacks "requires" relation with container scope`);
  }
  return {
    name,
    summary: text('summary'),
    description: text('description'),
    subordinate,
    endpoints,
    storage: readStorage(metadata['storage'], complain),
    resources: readResources(metadata['resources'], complain),
    extraBindings: Object.keys(section(metadata['extra-bindings'], 'extra-bindings', complain)),
  };
}

function readEndpoints(metadata: Record<string, unknown>, complain: Complain): Record<string, Endpoint> {
  const endpoints: Record<string, Endpoint> = {};
  const roles = { provides: 'provider', requires: 'requirer', peers: 'peer' } as const;
  for (const [key, role] of Object.entries(roles)) {
    for (const [name, value] of Object.entries(section(metadata[key], key, complain))) {
      if (name === 'juju' || name.startsWith('juju-')) {
        complain(`metadata: ${key}: relation name "${name}" is reserved`);
      }
      if (!/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/.test(name)) {
        complain(`metadata: ${key}: invalid relation name "${name}"`);
      }
      if (endpoints[name] !== undefined) complain(`metadata: duplicated relation name "${name}"`);
      const spec = typeof value === 'string' ? { interface: value } : isMap(value) ? value : {};
      const iface = spec['interface'];
      if (typeof iface !== 'string' || iface === '') {
        complain(`metadata: ${key}.${name}: interface: expected string`);
        continue;
      }
      const scope = spec['scope'] ?? 'global';
      if (scope !== 'global' && scope !== 'container') {
        complain(`metadata: ${key}.${name}: scope: unexpected value "${String(scope)}"`);
      }
      const limit = typeof spec['limit'] === 'number' ? spec['limit'] : null;
      endpoints[name] = {
        name,
        role,
        interface: iface,
        scope: scope === 'container' ? scope : 'global',
        limit,
      };
    }
  }
  return endpoints;
}

function readStorage(value: unknown, complain: Complain): Record<string, CharmStorage> {
  const result: Record<string, CharmStorage> = {};
  for (const [name, raw] of Object.entries(section(value, 'storage', complain))) {
    const spec = isMap(raw) ? raw : {};
    const kind = spec['type'];
    if (kind !== 'filesystem' && kind !== 'block') {
      complain(`metadata: storage.${name}.type: unexpected value "${String(kind)}"`);
      continue;
    }
    const location = typeof spec['location'] === 'string' ? spec['location'] : '';
    if (kind === 'block' && location !== '') {
      complain(`charm "storage" storage "${name}": location may not be specified for "type: block"`);
    }
    const size = spec['minimum-size'];
    const minimumSizeMiB = size === undefined ? 0 : parseSizeMiB(String(size));
    if (minimumSizeMiB === null)
      complain(`metadata: storage.${name}.minimum-size: expected a size such as 1G`);
    const [minCount, maxCount] = readRange(spec['multiple'], name, complain);
    const multiple = isMap(spec['multiple']);
    result[name] = {
      name,
      kind,
      location,
      minCount,
      maxCount,
      multiple,
      minimumSizeMiB: minimumSizeMiB ?? 0,
    };
  }
  return result;
}

function readRange(multiple: unknown, name: string, complain: Complain): [number, number | null] {
  if (!isMap(multiple)) return [1, 1];
  const match = /^(\d+)(?:(-)(\d*)|(\+))?$/.exec(String(multiple['range']));
  if (match === null) {
    complain(`metadata: storage.${name}.multiple.range: value "${String(multiple['range'])}" does not match`);
    return [0, null];
  }
  const min = Number(match[1]);
  const max = match[3] ? Number(match[3]) : match[2] || match[4] ? null : min;
  if (max === 0) complain(`charm storage "${name}": invalid maximum count 0`);
  return [min, max];
}

function readResources(value: unknown, complain: Complain): Described['resources'] {
  const result: Described['resources'] = {};
  for (const [name, raw] of Object.entries(section(value, 'resources', complain))) {
    const spec = isMap(raw) ? raw : {};
    const type = spec['type'];
    if (type !== 'file' && type !== 'oci-image') complain(`metadata: resources.${name}: unknown type`);
    const fileName = spec['filename'];
    if (type === 'file' && typeof fileName !== 'string') {
      complain(`metadata: resources.${name}: resource missing filename`);
    }
    result[name] = { type: String(type), fileName: typeof fileName === 'string' ? fileName : name };
  }
  return result;
}

function section(value: unknown, key: string, complain: Complain): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (isMap(value)) return value;
  complain(`metadata: ${key}: expected map, got ${describe(value)}`);
  return {};
}

function describe(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : Array.isArray(value) ? 'list' : typeof value;
}
