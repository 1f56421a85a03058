/** Faults drawn from the seed, and their end. */
import { endFence } from './fence.ts';
import { moveLease } from './leases.ts';
import { setManual } from './manual.ts';
import { addUnit, giveUp, powerOff, removeUnit, runAction } from './operator.ts';
import { loseArchives } from './packages.ts';
import { crash, startServer } from './servers.ts';
import {
  askForPackage,
  blind,
  changeSettings,
  crowd,
  denyNotes,
  denyProcesses,
  endTroubles,
  fillDisk,
  loseMemory,
  setClock,
} from './troubles.ts';
import { currentDecision, killHook, tell, type Unit, unitNamed, type World } from './world.ts';

type Fault = (world: World, unit: Unit) => void;

const faults: readonly Fault[] = [
  powerOff,
  powerOff,
  (world, unit) => boot(world, unit),
  (world, unit) => boot(world, unit),
  (world, unit) => {
    if (unit.machine !== 'up' || unit.server.proc === 'down') return;
    crash(world, unit, 'kill -9');
    startServer(world, unit, 'systemd');
  },
  loseNetwork,
  loseNetwork,
  hang,
  hang,
  hang,
  strainHeir,
  (world, unit) => {
    unit.cutPeers = world.random.oneIn(2);
    unit.cutController = !unit.cutPeers || world.random.oneIn(2);
    const from = [unit.cutPeers ? 'its peers' : '', unit.cutController ? 'the controller' : ''];
    tell(world, `${unit.name} is cut off from ${from.filter((word) => word !== '').join(' and ')}`);
  },
  (_world, unit) => {
    unit.cutPeers = false;
    unit.cutController = false;
  },
  (world) => addUnit(world),
  (world) => removeUnit(world),
  (world) => removeUnit(world),
  (world) => runAction(world, 'switchover'),
  (world) => runAction(world, 'switchover'),
  (world) => runAction(world, 'switchover'),
  (world) => runAction(world, 'switchover'),
  (world) => giveUp(world),
  (world) => giveUp(world),
  (world) => moveLease(world),
  (world, unit) => {
    if (unit.hook === null) return;
    killHook(unit);
    tell(world, `${unit.name} hook is killed`);
  },
  (world, unit) => standStill(world, unit),
  (world, unit) => {
    unit.failsUntil = world.time + 200;
    tell(world, `${unit.name} is in hook error`);
  },
  (world, unit) => {
    const { data, writable } = unit.server;
    if (data === null || !writable) return;
    data.kept = Math.max(data.kept, data.end - world.random.below(5000));
    tell(world, `${unit.name} recycles WAL`);
  },
  loseArchives,
  (_world, unit) => void unit.events.add('update-status'),
  setClock,
  setClock,

  crowd,
  blind,
  blind,
  denyNotes,
  loseMemory,
  fillDisk,
  denyProcesses,

  askForPackage,
  changeSettings,
  (world) => {
    if (world.manual === null) setManual(world, true);
  },
  (world, unit) => endFence(world, unit),
];

/** The primary's machine lives and reaches nobody; where another unit can lead it does, and now and then an operator acts at once. */
function loseNetwork(world: World): void {
  const primary = unitNamed(world, currentDecision(world)?.primary ?? null);
  if (primary === null || primary.machine !== 'up') return;
  primary.cutPeers = true;
  primary.cutController = true;
  tell(world, `${primary.name} loses its network`);
  if (world.leader === primary.name) moveLease(world);
  if (world.random.oneIn(2)) runAction(world, 'failover');
}

/** The machine of the unit that is to take over, or may be soon, runs short of processes: its fence dies, and none can be started. */
function strainHeir(world: World): void {
  const decision = currentDecision(world);
  const heir = unitNamed(world, decision?.target ?? null) ?? world.random.pick(world.units);
  if (heir.server.writable || heir.machine !== 'up') return;
  endFence(world, heir);
  denyProcesses(world, heir);
}

function standStill(world: World, unit: Unit): void {
  if (unit.hook === null || unit.hookEnds) return;
  unit.stallsUntil = world.time + 20 + world.random.below(100);
  tell(world, `${unit.name} hook stands still`);
}

/** In the middle of a hook the primary's server dies, its network goes, and the hook stands still: a machine short of everything. */
function hang(world: World): void {
  const primary = unitNamed(world, currentDecision(world)?.primary ?? null);
  if (primary === null || primary.hook === null || primary.hookEnds) return;
  crash(world, primary, 'out of memory');
  standStill(world, primary);
  loseNetwork(world);
}

/** One fault, on any unit. */
export function strike(world: World): void {
  const unit = world.random.pick(world.units);
  if (unit.dead) return;
  world.random.pick(faults)(world, unit);
}

/** A machine comes up: the init system starts what it may, then Juju runs `start`. */
export function boot(world: World, unit: Unit): void {
  if (unit.machine !== 'down') return;
  unit.machine = 'up';
  unit.clock.bootedAt = world.time;
  unit.clock.boots += 1;
  tell(world, `${unit.name} boots`);
  if (unit.kept.server.startsAtBoot === true || world.charm.bootsAlways) startServer(world, unit, 'boot');
  unit.events.add('start');
}

/** Everything is mended; from here on the cluster must find its way by itself. */
export function mend(world: World): void {
  world.faults = false;
  world.asked = null;
  tell(world, 'all faults end');
  setManual(world, false);
  for (const unit of world.units) {
    if (unit.dead) {
      unit.machine = 'gone';
      crash(world, unit, 'its machine is destroyed');
      continue;
    }
    unit.cutPeers = false;
    unit.cutController = false;
    unit.stallsUntil = 0;
    unit.failsUntil = 0;
    endTroubles(world, unit);
    boot(world, unit);
    unit.events.add('update-status');
  }
  const leader = unitNamed(world, world.leader);
  if (leader === null || leader.dead) moveLease(world);
}
