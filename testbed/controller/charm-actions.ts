import type { JujuMode } from '../protocol/admin.ts';
import { type CharmAction, type Complain, isMap } from './charm-types.ts';

const ownKeys = new Set([
  'description',
  'title',
  'params',
  'required',
  'parallel',
  'execution-group',
  'additionalProperties',
]);

/** actions.yaml: names, whether they may run side by side, and the schema of their parameters. */
export function readActions(
  actions: Record<string, unknown>,
  juju: JujuMode,
  complain: Complain,
): Record<string, CharmAction> {
  const result: Record<string, CharmAction> = {};
  for (const [name, raw] of Object.entries(actions)) {
    if (!/^[a-z](?:[a-z-]*[a-z0-9])?(?:[a-z0-9-]*[a-z0-9])?$/.test(name)) complain(`bad action name ${name}`);
    if (name === 'juju' || name.startsWith('juju-')) {
      complain(`cannot use action name ${name}: "juju" is a reserved name`);
    }
    if (raw !== null && !isMap(raw)) {
      complain(`actions: ${name}: expected map`);
      continue;
    }
    const spec = raw ?? {};
    for (const key of forbiddenKeys(spec)) {
      complain(`schema key "${key}" not compatible with this version of juju (action ${name})`);
    }
    const params = spec['params'] ?? {};
    if (!isMap(params)) complain(`params failed to parse as a map (action ${name})`);
    const required: unknown[] = Array.isArray(spec['required']) ? spec['required'] : [];
    if (spec['required'] !== undefined && !Array.isArray(spec['required'])) {
      complain(`value for schema key "required" must be a list (action ${name})`);
    }
    const description = typeof spec['description'] === 'string' ? spec['description'] : 'No description';
    result[name] = {
      description,
      parallel: spec['parallel'] === true,
      executionGroup: typeof spec['execution-group'] === 'string' ? spec['execution-group'] : '',
      schema: {
        ...Object.fromEntries(Object.entries(spec).filter(([key]) => !ownKeys.has(key))),
        type: 'object',
        title: name,
        description,
        properties: params,
        required,
        additionalProperties: spec['additionalProperties'] ?? juju !== '4.0',
      },
    };
  }
  return result;
}

function forbiddenKeys(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(forbiddenKeys);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' || key === '$schema' ? [key] : forbiddenKeys(inner),
  );
}
