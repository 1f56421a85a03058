import { isMap } from './charm-types.ts';

/**
 * Fills in the schema's defaults and checks parameters against the part of JSON Schema that actions use:
 * type, required, enum, bounds, lengths, pattern, properties, items, additionalProperties. Returns every
 * complaint; none means that the parameters fit.
 */
export function checkParams(schema: Record<string, unknown>, params: Record<string, unknown>): string[] {
  const problems: string[] = [];
  check(schema, params, '(root)', problems);
  return problems;
}

/** The parameters with the schema's defaults for what was not given, nested maps included. */
export function withDefaults(
  schema: Record<string, unknown>,
  params: Record<string, unknown>,
): Record<string, unknown> {
  const result = { ...params };
  const properties = isMap(schema['properties']) ? schema['properties'] : {};
  for (const [name, raw] of Object.entries(properties)) {
    const property = isMap(raw) ? raw : {};
    const given = result[name];
    if (given === undefined && property['default'] !== undefined) result[name] = property['default'];
    else if (isMap(property['properties'])) {
      const inner = withDefaults(property, isMap(given) ? given : {});
      if (given !== undefined || Object.keys(inner).length > 0) result[name] = inner;
    }
  }
  return result;
}

function check(schema: Record<string, unknown>, value: unknown, path: string, problems: string[]): void {
  const complain = (text: string): void => {
    problems.push(`${path}: ${text}, given ${JSON.stringify(value)}`);
  };
  const types: unknown[] = schema['type'] === undefined ? [] : [schema['type']].flat();
  if (types.length > 0 && !types.some((type) => hasType(value, String(type)))) {
    complain(`must be of type ${types.join(' or ')}`);
    return;
  }
  const choices = schema['enum'];
  if (Array.isArray(choices) && !choices.some((each) => JSON.stringify(each) === JSON.stringify(value))) {
    complain(`must be one of ${choices.map((each) => JSON.stringify(each)).join(', ')}`);
  }
  if (typeof value === 'number') checkNumber(schema, value, complain);
  if (typeof value === 'string') checkText(schema, value, complain);
  if (Array.isArray(value) && isMap(schema['items'])) {
    for (const [at, item] of value.entries()) check(schema['items'], item, `${path}.${at}`, problems);
  }
  if (isMap(value)) checkMap(schema, value, path, problems);
}

function checkNumber(schema: Record<string, unknown>, value: number, complain: (text: string) => void): void {
  const { minimum, maximum, multipleOf } = schema;
  if (typeof minimum === 'number' && value < minimum) complain(`must be greater than or equal to ${minimum}`);
  if (typeof maximum === 'number' && value > maximum) complain(`must be less than or equal to ${maximum}`);
  if (typeof multipleOf === 'number' && value % multipleOf !== 0)
    complain(`must be a multiple of ${multipleOf}`);
}

function checkText(schema: Record<string, unknown>, value: string, complain: (text: string) => void): void {
  const { minLength, maxLength, pattern } = schema;
  if (typeof minLength === 'number' && value.length < minLength)
    complain(`must have at least ${minLength} characters`);
  if (typeof maxLength === 'number' && value.length > maxLength)
    complain(`must have at most ${maxLength} characters`);
  if (typeof pattern === 'string' && !new RegExp(pattern).test(value))
    complain(`must match pattern ${pattern}`);
}

function checkMap(
  schema: Record<string, unknown>,
  value: Record<string, unknown>,
  path: string,
  problems: string[],
): void {
  const properties = isMap(schema['properties']) ? schema['properties'] : {};
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  for (const name of required.map(String)) {
    if (value[name] === undefined) problems.push(`${path}: "${name}" property is missing and required`);
  }
  const extra = schema['additionalProperties'];
  for (const [name, inner] of Object.entries(value)) {
    const property = properties[name];
    if (isMap(property)) check(property, inner, path === '(root)' ? name : `${path}.${name}`, problems);
    else if (extra === false) problems.push(`${path}: additional property "${name}" is not allowed`);
    else if (isMap(extra)) check(extra, inner, `${path}.${name}`, problems);
  }
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMap(value);
    case 'null':
      return value === null;
    default:
      return false;
  }
}
