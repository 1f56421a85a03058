/** What an operator does, the documented way. */

import { isTooLateToDecide } from '../../src/cluster/deadlines.ts';
import { checkFailover } from '../../src/cluster/failover.ts';
import { decideMember } from '../../src/cluster/member.ts';
import { memberReport } from '../../src/cluster/report.ts';
import { checkSwitchover } from '../../src/cluster/switchover.ts';
import {
  beginRemoval,
  commitHook,
  endRemoval,
  isLeader,
  listedPeers,
  moveLease,
  readDecision,
} from './juju.ts';
import { leaderView, memberView } from './pass.ts';
import { crash } from './servers.ts';
import {
  currentDecision,
  killHook,
  newUnit,
  tell,
  type Unit,
  unitNamed,
  violate,
  type World,
} from './world.ts';

/** An action on the leader unit, as its own hook. Actions run even where hooks fail. */
export function runAction(world: World, name: 'switchover' | 'failover'): void {
  const leader = unitNamed(world, world.leader);
  if (leader === null || leader.machine !== 'up' || leader.cutController || leader.hook !== null) return;
  leader.event = null;
  leader.hook = action(world, leader, name);
}

function* action(world: World, leader: Unit, name: 'switchover' | 'failover'): Generator<string, void> {
  const askedAt = world.time;
  if (!isLeader(world, leader)) return;
  leader.listed = listedPeers(world, leader);
  const decision = readDecision(world, leader);
  const view = memberView(world, leader, 'action', decision);
  const report = memberReport(view, decideMember(view, world.rules.member));
  const seen = leaderView(world, leader, decision, report);
  const target = targetFor(world);
  yield 'read';
  const answer = name === 'switchover' ? checkSwitchover(seen, target) : checkFailover(seen, true);
  if (answer.decision === null) {
    tell(world, `${name} is refused: ${answer.refusal}`);
    if (!answer.refusal.includes(';') && !answer.refusal.includes(':')) {
      violate(world, `a refusal without a way out: ${answer.refusal}`);
    }
    return;
  }
  if (isTooLateToDecide(world.time - askedAt)) {
    tell(world, `${name} is refused: it took too long`);
    return;
  }
  tell(world, `${leader.name} runs ${name}: ${answer.message}`);
  yield 'commit';
  commitHook(world, leader, null, answer.decision);
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
  const unit = newUnit(`postgresql/${world.units.length}`);
  world.units.push(unit);
  for (const other of world.units) {
    if (other !== unit) other.events.add(`changed ${unit.name}`);
  }
  tell(world, `add-unit ${unit.name}`);
}

/** `juju remove-unit`, of any unit that is not the last with data; by force only when its machine is dead. */
export function removeUnit(world: World): void {
  const unit = world.random.pick(world.units);
  if (unit.dead || unit.dying || !unit.installed) return;
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
  unit.fence = { runs: false, runsUntil: 0, hasStopped: false };
  killHook(unit);
  if (unit.job?.state === 'running') unit.job.state = 'failed';
  tell(world, `${unit.name} machine is off`);
}
