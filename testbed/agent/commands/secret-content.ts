import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BagContent } from '../../protocol/agent-methods.ts';
import { type Call, Refusal, usage } from './command.ts';
import { readMap } from './key-values.ts';

const keyPattern = /^([a-z](?:-?[a-z0-9]){2,})$/;
const maxBytes = 1_000_000;

/**
 * `key=value`, `key#base64=value`, `key#file=path` and `--file`, checked by Juju's rules for keys and sizes.
 */
export async function secretContent(
  call: Call,
  args: string[],
  file: string | undefined,
): Promise<BagContent> {
  const content: BagContent = file === undefined ? {} : await readMap(call, file);
  for (const argument of args) {
    const at = argument.indexOf('=');
    if (at < 1) throw usage(`key value "${argument}" not valid`);
    const [key = '', form] = argument.slice(0, at).split('#');
    const value = argument.slice(at + 1);
    if (form === undefined) content[key] = value;
    else if (form === 'base64') content[key] = Buffer.from(value, 'base64').toString();
    else if (form === 'file') content[key] = readValue(resolve(call.cwd, value));
    else throw usage(`key value "${argument}" not valid`);
  }
  let total = 0;
  for (const [key, value] of Object.entries(content)) {
    if (!keyPattern.test(key)) throw usage(`key "${key}" not valid`);
    const bytes = Buffer.from(value).toString('base64').length;
    total += bytes;
    if (bytes > maxBytes) throw usage(`secret content for key "${key}" too large: ${bytes} bytes`);
  }
  if (total > maxBytes) throw usage(`secret content too large: ${total} bytes`);
  return content;
}

function readValue(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Refusal(1, `reading ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const durationUnitsMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `--expire`: a duration such as `24h` or a time such as `2027-01-01T00:00:00Z`, as model time in ms. */
export function parseExpiry(text: string, nowMs: number): number {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  if (parts.length > 0 && parts.map((part) => part[0]).join('') === text) {
    return (
      nowMs + parts.reduce((sum, part) => sum + Number(part[1]) * (durationUnitsMs[part[2] ?? ''] ?? 0), 0)
    );
  }
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw usage(`expire time or duration "${text}" not valid`);
  if (at <= nowMs) throw usage(`expire time "${text}" is in the past`);
  return at;
}

const policies = ['never', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly'];

export function checkRotation(text: string): string {
  if (!policies.includes(text)) throw usage(`rotate policy "${text}" not valid`);
  return text;
}
