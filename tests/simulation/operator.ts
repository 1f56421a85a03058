/** Operator's work, the documented way. */
import {
  askedSeconds,
  decideFailover,
  decideSwitchover,
  isTooLateToDecide,
  situationOf,
} from '../shipped.ts';
import { momentOf } from './clocks.ts';
import { commitHook } from './commit.ts';
import type { Hook } from './hook-state.ts';
import { loseProcesses } from './jobs.ts';
import { beginHook } from './juju.ts';
import { moveLease } from './leases.ts';
import { means } from './means.ts';
import { newUnit } from './new-unit.ts';
import { lookAt } from './observe.ts';
import { perform } from './perform.ts';
import { tryPorts } from './reachability.ts';
import { readingOf } from './reading.ts';
import { beginRemoval, endRemoval } from './removal.ts';
import { crash } from './servers.ts';
import {
  type Asked,
  currentDecision,
  killHook,
  tell,
  type Unit,
  unitNamed,
  violate,
  type World,
} from './world.ts';

/** Operators give up after so long. */
const patienceSeconds = 120;

/** An operator asks for an action on the leader. It begins when there is a leader that reaches Juju and has no other hook. */
export function runAction(world: World, name: Asked['action']): void {
  world.asked = { action: name, from: world.time, until: world.time + patienceSeconds };
  beginAction(world);
}

/** Begins the action that an operator has asked for, as a hook of its own, if it can begin. Actions run even where hooks fail. */
export function beginAction(world: World): void {
  const { asked } = world;
  if (asked === null || world.time < asked.from) return;
  if (world.time > asked.until) world.asked = null;
  const leader = unitNamed(world, world.leader);
  if (leader === null || leader.machine !== 'up' || leader.cutController || leader.hook !== null) return;
  if (!leader.joined || world.asked === null) return;
  world.asked = null;
  leader.event = null;
  leader.hook = action(world, leader, asked.action);
}

function* action(world: World, leader: Unit, name: 'switchover' | 'failover'): Generator<string, void> {
  const begun = beginHook(world, leader, 'action');
  const hook: Hook = { ...begun, event: { ...begun.event, hook: '', action: name } };
  const target = targetFor(world);
  yield 'read';
  hook.answers = tryPorts(world, leader, hook);
  const situation = situationOf(
    lookAt(world, leader, hook),
    means,
    readingOf(leader, hook),
    world.charm.rules,
  );
  const outcome =
    name === 'switchover' ? decideSwitchover(situation, target) : decideFailover(situation, true);
  if ('refusal' in outcome) {
    checkRefusal(world, name, outcome.refusal);
    if (name === 'failover') askAgain(world);
    for (const step of outcome.steps) perform(world, leader, hook, step);
    commitHook(world, leader, hook);
    return;
  }
  if (isTooLateToDecide(askedSeconds(hook.juju, momentOf(world, leader)))) {
    tell(world, `${name} is refused: it took too long`);
    return;
  }
  tell(world, `${leader.name} runs ${name}: ${outcome.results['result']}`);
  // A later word of the operator's own.
  if (name === 'failover') world.byHand = null;
  for (const step of outcome.steps) perform(world, leader, hook, step);
  yield 'commit';
  commitHook(world, leader, hook);
}

/**
 * Takes the way out that the status names where the operator's own hand has left no primary: one that was promoted by hand and then
 * removed. Nothing else may need an operator.
 */
export function followStatus(world: World): void {
  if (/^No unit is primary after manual_replication; .*failover/.test(world.applicationStatus)) {
    runAction(world, 'failover');
  }
}

/** Mostly the refusal is followed: all units look, and the action is run again a little later. */
function askAgain(world: World): void {
  if (!world.faults || world.random.oneIn(3)) return;
  const from = world.time + 5 + world.random.below(40);
  world.asked = { action: 'failover', from, until: from + patienceSeconds };
}

function checkRefusal(world: World, name: string, refusal: string): void {
  tell(world, `${name} is refused: ${refusal}`);
  if (!/[;:]/.test(refusal)) violate(world, `a refusal without a way out: ${refusal}`);
}

/** Mostly a standby, now and then any unit. */
function targetFor(world: World): string {
  const standbys = world.units.filter((unit) => unit.server.connected && !unit.dying);
  return world.random.pick(standbys.length > 0 && !world.random.oneIn(8) ? standbys : world.units).name;
}

/** Units that are there to stay and hold data which a server could start with. */
export function holders(world: World): Unit[] {
  return world.units.filter(({ dead, dying, server: { data } }) => {
    const usable = data !== null && !data.half && data.end >= data.consistentAt;
    return usable && !dead && !dying;
  });
}

/** `juju add-unit`. */
export function addUnit(world: World): void {
  if (world.units.filter((unit) => !unit.dead).length >= 7) return;
  const unit = newUnit(world.units.length);
  world.units.push(unit);
  for (const other of world.units) {
    if (other !== unit) other.events.add(`changed ${unit.name}`);
  }
  tell(world, `add-unit ${unit.name}`);
}

/** `juju remove-unit`, of any unit that is not the last with data; by force only when its machine is dead. */
export function removeUnit(world: World): void {
  const unit = world.random.pick(world.units);
  if (unit.dead || unit.dying || !unit.joined) return;
  const left = holders(world).filter((other) => other !== unit && other.machine === 'up');
  if (left.length === 0) return;
  if (unit.machine === 'up' && !unit.cutController) {
    beginRemoval(world, unit);
    return;
  }
  if (unit.machine !== 'down' || !world.random.oneIn(3)) return;
  tell(world, `remove-unit --force ${unit.name}`);
  unit.machine = 'gone';
  unit.dying = true;
  endRemoval(world, unit);
  if (world.leader === null) moveLease(world);
}

/** Gives up a primary that is silent, as the documentation says: look first, then `failover confirm=true`. */
export function giveUp(world: World): void {
  const decision = currentDecision(world);
  if (decision === null) return;
  const primary = unitNamed(world, decision.primary);
  if (decision.kind === 'freeze' || (primary !== null && primary.server.proc === 'down')) {
    runAction(world, 'failover');
    return;
  }
  if (primary?.cutPeers === true) runAction(world, 'failover');
}

/** A machine loses power. */
export function powerOff(world: World, unit: Unit): void {
  if (unit.machine !== 'up') return;
  crash(world, unit, 'power off');
  unit.machine = 'down';
  loseProcesses(unit);
  killHook(unit);
  tell(world, `${unit.name} machine is off`);
}
