/**
 * Databases that need nothing are not looked into in every hook: each look is a session of its own. Their facts are noted for a while, as
 * long as the same server runs.
 */
import { uptime } from 'node:os';
import * as z from 'zod';
import { type EventFacts, endpointOf } from '../plan/event.ts';
import { debianRoots } from '../postgres/machine.ts';
import { ownPostmasterPid } from '../postgres/postmaster.ts';
import type { DatabaseInside } from '../server/catalog-facts.ts';
import { entryOf } from '../server/entry-of.ts';
import { readVolatile, writeVolatile } from '../system/volatile-note.ts';

const words = z.record(z.string(), z.array(z.string()));
const NoteShape = z.object({
  postmaster: z.number(),
  databases: z.record(
    z.string(),
    z.object({
      /** Seconds since boot. */
      at: z.number(),
      inside: z.object({
        name: z.string(),
        oid: z.number(),
        extensions: z.record(z.string(), z.string()),
        availableExtensions: z.nullable(z.array(z.string())),
        schemas: z.array(z.string()),
        publicSchemaOpen: z.boolean(),
        publicSchemaPrivileges: words,
        owners: z.array(z.string()),
        defaultGrants: words,
      }),
    }),
  ),
});

const noteName = 'databases';
/** Changes made by hand inside a database are seen after this long. */
const trustedSeconds = 1800;
/** Events after which everything is looked at. */
const lookHooks = new Set(['config-changed', 'upgrade-charm', 'start', 'leader-elected']);

export type NotedInsides = z.infer<typeof NoteShape>['databases'];

/** Databases whose facts still hold; none for an event of a client, which may ask for something new, or for an action. */
export async function readInsides(event: EventFacts): Promise<NotedInsides> {
  const isClients = event.relation !== null && endpointOf(event.relation) !== 'replication';
  if (isClients || event.hook === '' || lookHooks.has(event.hook)) return {};
  const note = NoteShape.safeParse(await readVolatile(event.unit, noteName)).data;
  if (note === undefined || note.postmaster !== (await ownPostmasterPid(debianRoots.state))) return {};
  const now = uptime();
  return Object.fromEntries(
    Object.entries(note.databases).filter(([, { at }]) => at <= now && now - at <= trustedSeconds),
  );
}

/** Notes the `settled` ones among those looked at; `former` are those that were not looked at anew. */
export async function keepInsides(
  unit: string,
  insides: ReadonlyMap<string, DatabaseInside>,
  settled: readonly string[],
  former: NotedInsides,
): Promise<void> {
  const postmaster = await ownPostmasterPid(debianRoots.state);
  if (postmaster === null) return;
  const now = uptime();
  const databases = settled.flatMap((name) => {
    const inside = insides.get(name);
    if (inside === undefined) return [];
    const noted = entryOf(former, name);
    const at = noted?.inside === inside ? noted.at : now;
    return [[name, { at, inside }] as const];
  });
  await writeVolatile(unit, noteName, { postmaster, databases: Object.fromEntries(databases) });
}
