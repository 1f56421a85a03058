/** Looks that fail: facts as observers leave them then, with the reason beside. */
import type { Observation, ServerFacts } from '../shipped.ts';
import type { BlindLook, Unit, World } from './world.ts';

const reason = 'Input/output error';

/** True when this look fails now. */
function fails(world: World, unit: Unit, look: BlindLook): boolean {
  return unit.trouble.blind > world.time && unit.blindFor.includes(look);
}

/** The server's facts without those that cannot be looked at. */
export function withoutUnseen(world: World, unit: Unit, facts: ServerFacts): ServerFacts {
  if (unit.trouble.blind <= world.time) return facts;
  let seen = fails(world, unit, 'marker') ? withoutMarker(unit, facts) : facts;
  for (const look of unit.blindFor) {
    if (look === 'catalog' || look === 'secret') continue;
    if (look === 'volume') {
      seen = withoutVolume(seen);
      continue;
    }
    seen = { ...seen, ...unseen(look, seen), unknown: { ...seen.unknown, [look]: reason } };
  }
  return seen;
}

/** Its volume is away, taken from under the server if that runs. */
function withoutVolume(facts: ServerFacts): ServerFacts {
  if (!facts.hasData) return facts;
  const unknown = { ...facts.unknown, control: reason };
  return { ...facts, control: null, history: [], standbySignal: false, volumeAway: reason, unknown };
}

function unseen(look: BlindLook, { place, hasData }: ServerFacts): Partial<ServerFacts> {
  switch (look) {
    case 'control':
      return hasData ? { control: null } : {};
    case 'history':
      return { history: [] };
    case 'signal':
      return { standbySignal: false };
    case 'copy':
      return { job: null };
    case 'fence':
      return { fence: null };
    case 'watch':
      return { watch: null };
    case 'programs':
      return { installedMajor: place?.major ?? null };
    default:
      return {};
  }
}

/** The memory has the place too; without that nothing can be told, not even whether there is a cluster. */
function withoutMarker({ kept }: Unit, facts: ServerFacts): ServerFacts {
  if (kept.memory.place !== null) return { ...facts, place: kept.memory.place };
  const unasked = { kind: 'refused', reason } as const;
  return { ...facts, place: null, state: 'unknown', hasData: true, control: null, running: null, unasked };
}

/** Other looks that fail, with the reason. */
export function otherUnknown(world: World, unit: Unit): Observation['unknown'] {
  if (unit.trouble.blind <= world.time) return {};
  const looks = (['catalog', 'secret'] as const).filter((look) => fails(world, unit, look));
  return Object.fromEntries(looks.map((look) => [look, reason]));
}
