import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { type Call, Refusal, usage } from './command.ts';
import { yamlProblem } from './yaml-reader.ts';

/** `k=v` arguments; duplicates and arguments without a key are refused. */
export function parseKeyValues(args: string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const argument of args) {
    const at = argument.indexOf('=');
    if (at < 1) throw usage(`expected "key=value", got "${argument}"`);
    const key = argument.slice(0, at);
    if (result[key] !== undefined) throw usage(`key "${key}" specified more than once`);
    result[key] = argument.slice(at + 1);
  }
  return result;
}

/** The map in a YAML or JSON file, or in stdin for `-`; values become strings, null becomes empty. */
export async function readMap(call: Call, file: string): Promise<Record<string, string>> {
  const content = file === '-' ? await call.stdin() : readFile(resolve(call.cwd, file));
  const problem = yamlProblem(content);
  if (problem !== null) throw new Refusal(1, `cannot parse ${file}: yaml: ${problem}`);
  let value: unknown;
  try {
    value = parse(content.toString());
  } catch (error) {
    throw new Refusal(1, `cannot parse ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Refusal(1, `${file}: expected a map of strings`);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, each == null ? '' : String(each)]),
  );
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Refusal(1, error instanceof Error ? error.message : String(error));
  }
}

/** Arguments over file, as every command does that takes both. */
export async function keyValuesOf(
  call: Call,
  args: string[],
  file: string | undefined,
): Promise<Record<string, string>> {
  const given = parseKeyValues(args);
  return file === undefined ? given : { ...(await readMap(call, file)), ...given };
}
