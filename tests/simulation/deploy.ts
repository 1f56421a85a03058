/** The model at its beginning. */
import { clusterPlace, encodeMember, type MemberFacts, majorTraits, managedPaths } from '../shipped.ts';
import { addressesOf, drawClients } from './clients.ts';
import { newUnit } from './new-unit.ts';
import { options } from './options.ts';
import { charmWith, type Plant } from './plants.ts';
import type { Random } from './random.ts';
import { createCluster } from './servers.ts';
import type { Unit, World } from './world.ts';

/** Some units, all at once, and what else the seed draws. */
export function deploy(seed: number, random: Random, plant: Plant | null, listen: boolean): World {
  const tellsDeparture = random.oneIn(2);
  const major = random.pick([15, 15, 15, 11, 12, 13, 17]);
  const traits = majorTraits(major);
  if (traits === null) throw new Error(`no traits of ${major}`);
  const hasStorage = random.oneIn(2);
  const place = clusterPlace(major, hasStorage ? '/srv/pgdata' : null);
  const world: World = {
    seed,
    random,
    charm: charmWith(plant),
    jujuVersion: tellsDeparture ? random.pick(['2.9.52', '3.6.9']) : '4.0.1',
    traits,
    place,
    paths: managedPaths(place, traits.recoveryIn),
    tellsDeparture,
    keepsBags: random.oneIn(2),
    hasStorage,
    options: { ...options, version: String(major) },
    manual: null,
    asked: null,
    applicationStatus: '',
    handEpoch: 0,
    byHand: null,
    time: 0,
    ticks: 0,
    units: [],
    clients: drawClients(random),
    leader: null,
    leaseToldAt: -100,
    bags: new Map(),
    applicationBags: [],
    clientBags: new Map(),
    clientApplicationBags: new Map(),
    decisions: [],
    decidedAt: [],
    branches: [],
    faults: true,
    systems: 0,
    story: listen ? [] : null,
    violation: null,
  };
  const count = 1 + random.below(5);
  for (let number = 0; number < count; number += 1) world.units.push(newUnit(number));
  if (hasStorage && random.oneIn(3)) attachStorage(world, random.pick(world.units));
  world.leader = random.pick(world.units).name;
  return world;
}

/** A unit whose storage brings the data of an earlier life; it has said so before anybody decides. */
function attachStorage(world: World, unit: Unit): void {
  const { place } = world;
  const made = { place, hasConfiguration: true, startsAtBoot: false };
  unit.kept = { ...unit.kept, server: { ...unit.kept.server, ...made } };
  unit.installed = true;
  unit.joined = true;
  createCluster(world, unit);
  const { data } = unit.server;
  if (data === null) return;
  data.branch.acked = data.end;
  const facts: MemberFacts = {
    unit: unit.name,
    host: unit.host,
    port: 5432,
    version: `${world.traits.major}.9`,
    systemIdentifier: data.system,
    role: 'stopped',
    timeline: 1,
    position: null,
    history: [],
    streamingFrom: null,
    epoch: 0,
    refused: null,
    unfenced: null,
    leaving: false,
    job: null,
  };
  const bag = Object.entries({ ...addressesOf(unit.host), ...encodeMember(facts) });
  world.bags.set(unit.name, Object.fromEntries(bag.filter(([, text]) => text !== '')));
}
