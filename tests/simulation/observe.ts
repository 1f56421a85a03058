/** Observation of a pass on a unit, made from the world. */
import { lookedInto } from '../effects/catalog.ts';
import { rootFingerprints } from '../effects/juju.ts';
import {
  type CatalogFacts,
  type CredentialFacts,
  generationsOnServer,
  looksFor,
  type Memory,
  type Observation,
  publishedSecrets,
  recalled,
  rootSourceIn,
  type ServerFacts,
  secretsKey,
  urisOf,
} from '../shipped.ts';
import { otherUnknown, withoutUnseen } from './blindness.ts';
import { momentOf, wallText } from './clocks.ts';
import type { Hook } from './hook-state.ts';
import { readingOf } from './reading.ts';
import { serverFacts } from './server-facts.ts';
import { catalogAt } from './wal.ts';
import type { Unit, World } from './world.ts';

/** All there is to see. What only steps change is in `unit.kept`; the rest is looked at. */
export function observe(world: World, unit: Unit, hook: Hook): Observation {
  return observation(world, unit, hook, serverFacts(world, unit), {});
}

function observation(
  world: World,
  unit: Unit,
  hook: Hook,
  server: ServerFacts,
  unknown: Observation['unknown'],
): Observation {
  const isSeen = server.running !== null && unknown.catalog === undefined;
  const catalog = isSeen ? fullCatalog(unit) : null;
  const memory = recalled(unit.kept.memory, hook.juju, server);
  const found = credentialFacts(hook, memory, unknown.secret === undefined);
  return {
    ...unit.kept,
    now: momentOf(world, unit),
    nowText: wallText(world, unit),
    event: hook.event,
    juju: hook.juju,
    credentials: { ...found, onServer: onServer(found, catalog, memory) },
    memory,
    server,
    catalog,
    secretUris: urisOf(publishedSecrets(hook.juju.peer?.application[secretsKey])),
    answers: hook.answers ?? {},
    unknown,
  };
}

/** Generations made of each catalog last: they are asked for with every step. */
const generations = new WeakMap<
  CatalogFacts,
  { readonly with: Memory['onServer']; readonly are: Memory['onServer'] }
>();

function onServer(found: CredentialFacts, catalog: CatalogFacts | null, memory: Memory): Memory['onServer'] {
  if (catalog === null || found.fingerprints !== rootFingerprints)
    return generationsOnServer(found, catalog, memory);
  const known = generations.get(catalog);
  if (known?.with === memory.onServer) return known.are;
  const are = generationsOnServer(found, catalog, memory);
  generations.set(catalog, { with: memory.onServer, are });
  return are;
}

/** Drops what the unit cannot look at, and what it does not look into in the catalog. */
export function lookAt(world: World, unit: Unit, hook: Hook): Observation {
  const unknown = { ...hook.unknown, ...otherUnknown(world, unit) };
  const server = withoutUnseen(world, unit, serverFacts(world, unit));
  const seen = observation(world, unit, hook, server, unknown);
  const { databases } = looksFor(hook.juju, readingOf(unit, hook), hook.event, seen.server);
  if (seen.catalog === null) return { ...seen, catalog: null };
  return { ...seen, catalog: lookedInto(seen.catalog, databases) };
}

function fullCatalog({ server: { data } }: Unit): CatalogFacts | null {
  return data === null ? null : catalogAt(data, data.standbySignal ? data.replayed : data.end);
}

/** A root that has been seen committed is remembered by its fingerprints. */
function credentialFacts({ juju }: Hook, { fingerprints }: Memory, isReadable: boolean): CredentialFacts {
  const bag = juju.peer?.application ?? {};
  const source = rootSourceIn(bag);
  const isKnown = source !== null && (isReadable || fingerprints[`${source} 1`] !== undefined);
  return { source, generations: {}, fingerprints: isKnown ? rootFingerprints : {}, onServer: {} };
}
