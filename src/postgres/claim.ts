/** The claim on this machine: read, written once, and the traces that stand in for it. */
import { link, lstat, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import type { Claim, ClaimTraces } from '../server/claim.ts';
import { parsedJson } from '../server/json.ts';
import { readText, writeAtomic } from '../system/files.ts';
import type { MachineRoots } from './machine.ts';

type State = Pick<MachineRoots, 'state'>;

const ClaimShape = z.object({ model: z.string(), unit: z.string() });
const Noted = z.object({ unit: z.string() });

/** Notes that a charm makes before, with and after a cluster. */
const notes = ['memory.json', 'cluster.json'];

export function claimPath({ state }: State): string {
  return join(state, 'claim.json');
}

/** Reads what is found on the machine. `charmDirectory` is /var/lib/juju/agents/unit-…/charm. Throws when the claim cannot be read. */
export async function readTraces(roots: State, charmDirectory: string): Promise<ClaimTraces> {
  const agent = dirname(charmDirectory);
  const [text, written, agents, since] = await Promise.all([
    readText(claimPath(roots)),
    Promise.all(notes.map((name) => writtenMs(join(roots.state, name)))),
    agentsIn(dirname(agent)),
    stat(agent).catch(() => null),
  ]);
  const times = written.filter((time) => time !== null);
  return {
    // One that is damaged is none: the notes then tell whose they are.
    claim: parsed(text),
    notes: times.length === 0 ? null : { unit: await notedUnit(roots), writtenMs: Math.max(...times) },
    agentSinceMs: since === null || since.birthtimeMs === 0 ? null : since.birthtimeMs,
    agents,
  };
}

async function writtenMs(path: string): Promise<number | null> {
  return lstat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}

async function notedUnit({ state }: State): Promise<string | null> {
  const text = await readText(join(state, 'memory.json')).catch(() => null);
  return text === null ? null : (Noted.safeParse(parsedJson(text)).data?.unit ?? null);
}

/** Names of the units in Juju's folder of agents. */
async function agentsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => {
    const [, application, number] = /^unit-([a-z0-9-]+)-(\d+)$/.exec(basename(name)) ?? [];
    return application === undefined ? [] : [`${application}/${number}`];
  });
}

/** Writes the claim, also in the place of one that is damaged. Throws when another is there: whoever came first has the machine. */
export async function writeClaim(roots: State, claim: Claim): Promise<void> {
  const path = claimPath(roots);
  const own = `${path}.${claim.unit.replace('/', '-')}`;
  await writeAtomic(own, `${JSON.stringify(claim, null, 2)}\n`, { mode: 0o600, owner: 'root' });
  try {
    const found = await readText(path).catch(() => null);
    if (parsed(found) === null) await rm(path, { recursive: true, force: true });
    await link(own, path);
  } finally {
    await rm(own, { force: true });
  }
}

function parsed(text: string | null): Claim | null {
  return text === null ? null : (ClaimShape.safeParse(parsedJson(text)).data ?? null);
}
