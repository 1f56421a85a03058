import type { ConfigValue } from '../protocol/admin.ts';
import { parseDurationMs } from '../protocol/durations.ts';
import type { ModelState } from './state.ts';

const defaults: Record<string, ConfigValue> = {
  'automatically-retry-hooks': true,
  'update-status-hook-interval': '5m',
  'egress-subnets': '',
  'http-proxy': '',
  'https-proxy': '',
  'ftp-proxy': '',
  'no-proxy': '127.0.0.1,localhost,::1',
  'juju-http-proxy': '',
  'juju-https-proxy': '',
  'juju-ftp-proxy': '',
  'juju-no-proxy': '127.0.0.1,localhost,::1',
  'logging-config': '<root>=INFO',
  'testbed-retry-base-ms': 5000,
  'testbed-retry-max-ms': 300_000,
  'testbed-lease-ms': 60_000,
  'testbed-agent-timeout-ms': 10_000,
};

/** Every key with the value in force. */
export function modelConfig(model: ModelState): Record<string, ConfigValue> {
  return { ...defaults, ...model.config };
}

/** Sets and resets keys; unknown keys and values of the wrong kind are refused with an Error. */
export function changeModelConfig(
  model: ModelState,
  set: Record<string, ConfigValue>,
  reset: string[],
): void {
  for (const key of [...Object.keys(set), ...reset]) {
    if (defaults[key] === undefined) throw new Error(`unknown model config key "${key}"`);
  }
  const converted: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(set)) converted[key] = convert(key, value);
  Object.assign(model.config, converted);
  for (const key of reset) delete model.config[key];
}

function convert(key: string, value: ConfigValue): ConfigValue {
  const kind = typeof defaults[key];
  if (kind === 'string') {
    if (key.endsWith('-interval')) parseDurationMs(String(value));
    return String(value);
  }
  if (kind === 'boolean' && /^(true|false)$/.test(String(value))) return String(value) === 'true';
  if (kind === 'number' && /^\d+$/.test(String(value))) return Number(value);
  throw new Error(`model config "${key}" expected ${kind}, got ${JSON.stringify(value)}`);
}

export function leaseMs(model: ModelState): number {
  return Number(modelConfig(model)['testbed-lease-ms']);
}
