import type { ConfigValue, JujuMode } from '../protocol/admin.ts';
import { type CharmOption, type Complain, isMap } from './charm-types.ts';

const types = ['string', 'int', 'float', 'boolean', 'secret'] as const;

/** config.yaml's options; a default of the wrong type is refused. */
export function readOptions(
  config: Record<string, unknown>,
  juju: JujuMode,
  complain: Complain,
): Record<string, CharmOption> {
  const result: Record<string, CharmOption> = {};
  const options = config['options'];
  if (!isMap(options)) {
    complain('config: options: expected map, got nothing');
    return result;
  }
  for (const [name, raw] of Object.entries(options)) {
    const spec = isMap(raw) ? raw : {};
    const type = types.find((each) => each === (spec['type'] ?? 'string'));
    if (type === undefined || (type === 'secret' && juju === '2.9')) {
      complain(`invalid config: option "${name}" has unknown type "${String(spec['type'])}"`);
      continue;
    }
    const given = spec['default'] ?? null;
    const fits = given === null || fitsType(given, type);
    if (!fits)
      complain(`invalid config default: option "${name}" expected ${type}, got ${JSON.stringify(given)}`);
    const description = typeof spec['description'] === 'string' ? spec['description'] : '';
    result[name] = { type, description, default: fits ? (given as ConfigValue | null) : null };
  }
  return result;
}

function fitsType(value: unknown, type: CharmOption['type']): boolean {
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'int') return Number.isInteger(value);
  if (type === 'float') return typeof value === 'number';
  if (type === 'secret') return typeof value === 'string' && (value === '' || value.startsWith('secret:'));
  return typeof value === 'string';
}

/**
 * Converts a value an operator gave (typed, or as text from a command line) to the option's type. Throws an
 * Error in Juju's words when it does not fit.
 */
export function convertOption(name: string, option: CharmOption, value: ConfigValue): ConfigValue {
  const refuse = (): never => {
    throw new Error(`option "${name}" expected ${option.type}, got ${JSON.stringify(value)}`);
  };
  const text = String(value);
  switch (option.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (/^(1|t|true)$/i.test(text)) return true;
      return /^(0|f|false)$/i.test(text) ? false : refuse();
    case 'int':
      return /^[+-]?\d+$/.test(text) ? Number(text) : refuse();
    case 'float':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : refuse();
    case 'secret':
      return text === '' || text.startsWith('secret:') ? text : refuse();
    case 'string':
      return typeof value === 'string' ? value : refuse();
  }
}
