/** Troubles of one machine, each for some time. */
import { emptyMemory } from '../shipped.ts';
import { noSuchPackage } from './packages.ts';
import { crash } from './servers.ts';
import { type BlindLook, type Trouble, tell, type Unit, type World } from './world.ts';

/** The wall clock is set, forward or back, by seconds or by hours. */
export function setClock(world: World, unit: Unit): void {
  const bySeconds = world.random.pick([10, 40, 90, 600, 4000, 50_000]) * (world.random.oneIn(2) ? 1 : -1);
  unit.clockSetAt = Number.POSITIVE_INFINITY;
  unit.clock.aheadSeconds += bySeconds;
  tell(world, `${unit.name} has its clock set by ${bySeconds} s`);
}

/** All connections are in use: the server goes on and takes no more sessions. */
export function crowd(world: World, unit: Unit): void {
  begin(world, unit, 'crowded', 'has all its connections in use');
}

const looks: readonly BlindLook[] = [
  'control',
  'history',
  'signal',
  'copy',
  'fence',
  'watch',
  'programs',
  'marker',
  'catalog',
  'secret',
  'volume',
];

/** Some looks of the charm fail. */
export function blind(world: World, unit: Unit): void {
  const count = 1 + world.random.below(3);
  unit.blindFor = Array.from({ length: count }, () => world.random.pick(looks));
  begin(world, unit, 'blind', `cannot look at ${unit.blindFor.join(' and ')}`);
}

/** The charm's own folder takes no more notes. */
export function denyNotes(world: World, unit: Unit): void {
  begin(world, unit, 'noNotes', 'cannot write its memory');
}

/** The memory is gone: a damaged file, a disk that was replaced. */
export function loseMemory(world: World, unit: Unit): void {
  unit.kept = { ...unit.kept, memory: emptyMemory(unit.name) };
  tell(world, `${unit.name} has lost its memory`);
}

/** No space left: the server dies, now or when it is started next. */
export function fillDisk(world: World, unit: Unit): void {
  begin(world, unit, 'diskFull', 'has no space left');
  if (world.random.oneIn(2)) crash(world, unit, 'no space left on device');
}

/** systemd-run fails. */
export function denyProcesses(world: World, unit: Unit): void {
  begin(world, unit, 'noProcesses', 'can start no process beside a hook');
}

/** `juju config extra_packages=…`. */
export function askForPackage(world: World): void {
  const packages = world.random.pick(['', 'jq', 'bc', noSuchPackage, `jq ${noSuchPackage}`]);
  configure(world, { extra_packages: packages });
}

/** `juju config extra_pg_conf=…`, with a setting that needs a restart and has an order among the units. */
export function changeSettings(world: World): void {
  configure(world, { extra_pg_conf: `max_connections = ${world.random.pick([80, 100, 150, 200])}\n` });
}

/** Changes options; Juju tells every unit. */
export function configure(world: World, change: World['options']): void {
  world.options = { ...world.options, ...change };
  for (const unit of world.units) unit.events.add('config-changed');
  tell(world, `juju config ${JSON.stringify(change)}`);
}

function begin(world: World, unit: Unit, trouble: keyof Trouble, words: string): void {
  if (unit.machine !== 'up') return;
  unit.trouble[trouble] = world.time + 20 + world.random.below(200);
  tell(world, `${unit.name} ${words}`);
}

/** All troubles end; a mirror may hang for ever. */
export function endTroubles(world: World, unit: Unit): void {
  // Without PostgreSQL a unit can do nothing.
  const hasServer = unit.kept.server.installedMajor !== null;
  const mirrorHangs = hasServer && world.random.oneIn(2) ? unit.trouble.mirrorHangs : 0;
  const forEver = mirrorHangs > world.time ? Number.POSITIVE_INFINITY : 0;
  unit.trouble = { diskFull: 0, crowded: 0, noProcesses: 0, blind: 0, noNotes: 0, mirrorHangs: forEver };
}
