/** Relation commands. A relation that is half gone reads as empty: Juju takes them away behind a hook's back. */
import * as z from 'zod';
import { askTool } from './ask.ts';
import { yamlOf } from './juju-text.ts';
import { isGone, runTool } from './tool.ts';

export type Bag = Readonly<Record<string, string>>;

const Names = z.nullable(z.array(z.string())).transform((names) => names ?? []);
/** Numbers and booleans are accepted: some agents print what looks like one without quotes. */
const Values = z
  .nullable(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])))
  .transform((bag) =>
    Object.fromEntries(Object.entries(bag ?? {}).map(([key, value]) => [key, String(value)])),
  );

async function unlessGone<T>(answer: Promise<T>, gone: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return gone;
    throw error;
  }
}

/** Ids (`db:3`) of the relations of `endpoint`, in numeric order. */
export async function relationIds(endpoint: string): Promise<string[]> {
  const ids = await askTool(Names, 'relation-ids', [endpoint]);
  return ids.toSorted((a, b) => relationNumber(a) - relationNumber(b));
}

function relationNumber(id: string): number {
  return Number(id.slice(id.lastIndexOf(':') + 1));
}

/** The remote units of a relation (of a peer relation: the other units). */
export async function relationList(id: string): Promise<string[]> {
  return unlessGone(askTool(Names, 'relation-list', ['-r', id]), []);
}

/** The remote application's name; null when Juju does not tell (any more). */
export async function relationApplication(id: string): Promise<string | null> {
  return unlessGone(askTool(z.nullable(z.string()), 'relation-list', ['-r', id, '--app']), null);
}

/** A unit's bag. */
export async function unitBag(id: string, unit: string): Promise<Bag> {
  return unlessGone(askTool(Values, 'relation-get', ['-r', id, '-', unit]), {});
}

/** An application's bag; null where this unit may not read it or the relation is gone. */
export async function applicationBag(id: string, application: string): Promise<Bag | null> {
  return unlessGone<Bag | null>(askTool(Values, 'relation-get', ['-r', id, '--app', '-', application]), null);
}

/**
 * Merges `content` into this unit's bag (`unit`) or the application's (`application`, leader only); an empty text deletes a key.
 * Values go through stdin: they may be passwords.
 */
export async function setBag(id: string, owner: 'unit' | 'application', content: Bag): Promise<void> {
  const args = ['-r', id, ...(owner === 'application' ? ['--app'] : []), '--file', '-'];
  await unlessGone(runTool('relation-set', args, yamlOf(content)), '');
}
