/** An operator who moves the primary by hand, under option manual_replication. */
import { followingIn } from './config-files.ts';
import { crash, promote, setSignal, startServer, stopServer } from './servers.ts';
import { streamsFrom } from './streams.ts';
import { configure } from './troubles.ts';
import { coverage } from './wal.ts';
import { currentDecision, tell, type Unit, unitNamed, type World } from './world.ts';

/** Goes on with what the operator is about: moves the primary, points the others to it, hands back. One thing at a time. */
export function moveByHand(world: World): void {
  const { manual } = world;
  if (manual === null || world.time < manual.nextAt) return;
  manual.nextAt = world.time + 20 + world.random.below(60);
  const next = manual.moves.shift();
  if (next === undefined) return setManual(world, false);
  next(world);
}

/** Sets or resets the option; Juju tells every unit. */
export function setManual(world: World, on: boolean): void {
  if (!on && world.manual === null) return;
  configure(world, { manual_replication: on });
  if (on) {
    const moves = world.random.oneIn(4) ? [] : [movePrimary, ...(world.random.oneIn(2) ? [repoint] : [])];
    world.manual = { nextAt: world.time + 30 + world.random.below(60), moves, promoted: null };
    return;
  }
  const promoted = unitNamed(world, world.manual?.promoted ?? null);
  world.byHand = promoted?.server.writable === true && !promoted.dying ? promoted.name : null;
  world.manual = null;
  world.handEpoch = currentDecision(world)?.epoch ?? 0;
  for (const unit of world.units) unit.isMasked = false;
}

/** Stops the primary, and promotes a standby that has all of it. */
function movePrimary(world: World): void {
  const primary = world.units.find(({ server, machine }) => server.writable && machine === 'up');
  if (primary === undefined) return;
  const standbys = world.units.filter((unit) => streamsFrom(world, unit, primary) && !unit.dying);
  const isKnown = world.units.every((unit) => unit.dead || unit.knowsManual);
  if (standbys.length === 0 || !isKnown) return;
  const target = world.random.pick(standbys);
  tell(world, `by hand: ${primary.name} is stopped, ${target.name} is to be promoted`);
  stopServer(world, primary);
  const { data } = primary.server;
  const hasAll = data !== null && coverage(target.server.data, data.branch) >= data.end;
  if (!hasAll || !promote(world, target)) {
    startServer(world, primary, 'hand');
    return;
  }
  if (world.manual !== null) world.manual.promoted = target.name;
  // It must not come up beside the new one: it is made a standby, or kept from starting for now.
  if (world.random.oneIn(2)) setSignal(world, primary, true);
  else primary.isMasked = true;
}

/** Makes the others follow the one that was promoted. */
function repoint(world: World): void {
  const promoted = unitNamed(world, world.manual?.promoted ?? null);
  if (promoted === null || !promoted.server.writable) return;
  for (const unit of world.units) {
    if (unit === promoted || unit.dead || unit.machine !== 'up' || unit.server.data === null) continue;
    if (!unit.knowsManual || unit.server.data.half) continue;
    followByHand(world, unit, promoted);
  }
}

function followByHand(world: World, unit: Unit, upstream: Unit): void {
  const before = unit.kept.server.files[world.paths.recovery];
  const former = followingIn(world, unit.kept.server.files).host;
  if (before === null || before === undefined || former === null) return;
  const files = { ...unit.kept.server.files, [world.paths.recovery]: before.replace(former, upstream.host) };
  unit.kept = { ...unit.kept, server: { ...unit.kept.server, files } };
  crash(world, unit, 'restarted by hand');
  setSignal(world, unit, true);
  unit.kept = { ...unit.kept, server: { ...unit.kept.server, files } };
  startServer(world, unit, 'hand');
}
