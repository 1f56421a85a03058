/** What Juju does: who is listed, what is read, what is committed, which events follow. */

import { mustActOn } from '../../src/cluster/leader.ts';
import type { Decision, MemberFacts } from '../../src/cluster/member-facts.ts';
import type { Member } from '../../src/cluster/view.ts';
import { checkDecision } from './invariants.ts';
import { currentDecision, reaches, tell, type Unit, type World } from './world.ts';

/** The peers a unit sees in relation-list, without those goal-state has forgotten. */
export function listedPeers(world: World, unit: Unit): Unit[] {
  if (unit.alone) return [];
  return world.units.filter((other) => {
    if (other === unit || other.dead || !other.installed) return false;
    return !(other.dying && world.tellsDeparture);
  });
}

/** Reads a peer's bag through the agent's cache, which only that peer's own event renews. */
export function readBag(world: World, unit: Unit, name: string): MemberFacts | null {
  const cached = unit.cache.get(name);
  if (cached !== undefined) return cached;
  const facts = world.bags.get(name) ?? null;
  unit.cache.set(name, facts);
  return facts;
}

/** The other members as a pass on `unit` sees them, which asks Juju once who they are. `probe`: also try their ports. */
export function otherMembers(world: World, unit: Unit, probe: boolean): Member[] {
  return unit.listed.map((other) => {
    const facts = readBag(world, unit, other.name);
    return {
      unit: other.name,
      dying: other.dying || (facts?.leaving ?? false),
      facts,
      answers: probe ? answers(unit, other) : null,
    };
  });
}

/** Whether the other's port takes connections. */
export function answers(unit: Unit, other: Unit): boolean {
  return other.server.proc !== 'down' && reaches(unit, other);
}

/**
 * The application bag as a hook reads it: the newest, or (a stale cache) one this unit has seen overruled.
 */
export function readDecision(world: World, unit: Unit): Decision | null {
  const stale = world.faults && world.leader !== unit.name && world.random.oneIn(40);
  if (!stale) return currentDecision(world);
  const older = world.decisions.filter((decision) => decision.epoch < unit.memory.seenEpoch);
  return older.length === 0 ? currentDecision(world) : world.random.pick(older);
}

/** The end of a successful hook. False when Juju refuses the commit: then nothing of it is kept. */
export function commitHook(
  world: World,
  unit: Unit,
  facts: MemberFacts | null,
  decision: Decision | null,
): boolean {
  if (unit.cutController || unit.dead) return false;
  if (decision !== null && world.leader !== unit.name) return false;
  if (decision !== null) {
    checkDecision(world, decision);
    world.decisions.push(decision);
    tell(world, `${unit.name} decides ${describe(decision)}`);
    for (const other of world.units) if (other !== unit) other.events.add('replication-changed');
    if (mustActOn(decision, unit.name)) unit.events.add('wake');
  }
  if (facts !== null && changed(world.bags.get(unit.name), facts)) {
    world.bags.set(unit.name, facts);
    tell(world, `${unit.name} publishes ${describeFacts(facts)}`);
    if (unit.installed)
      for (const other of world.units) if (other !== unit) other.events.add(`changed ${unit.name}`);
  }
  return true;
}

function changed(before: MemberFacts | undefined, after: MemberFacts): boolean {
  return before === undefined || JSON.stringify(before) !== JSON.stringify(after);
}

function describeFacts(facts: MemberFacts): string {
  const { role, timeline, position, epoch, refused, leaving } = facts;
  const rest = [refused === null ? '' : ` refused: ${refused}`, leaving ? ' leaving' : ''].join('');
  return `${role} tl=${timeline} at=${position} epoch=${epoch}${rest}`;
}

function describe(decision: Decision): string {
  const { epoch, kind, primary, target, requiredPosition, excluded } = decision;
  const rest = [
    target === null ? '' : ` → ${target}`,
    requiredPosition === null ? '' : ` past ${requiredPosition}`,
    excluded.length === 0 ? '' : ` without ${excluded.join(',')}`,
  ];
  return `epoch ${epoch}: ${kind} ${primary ?? '-'}${rest.join('')}`;
}

/** remove-unit: the unit learns of it, and up to 3.6 so do its peers. */
export function beginRemoval(world: World, unit: Unit): void {
  unit.dying = true;
  unit.teardown = [...(world.hasStorage ? ['storage-detaching'] : []), 'departed', 'stop', 'remove'];
  tell(world, `remove-unit ${unit.name}`);
  if (world.tellsDeparture) tellDeparture(world, unit);
}

/** The unit is gone from the model. */
export function endRemoval(world: World, unit: Unit): void {
  unit.dead = true;
  unit.hook = null;
  unit.events.clear();
  tell(world, `${unit.name} is gone from the model`);
  if (world.leader === unit.name) world.leader = null;
  if (world.tellsDeparture) tellDeparture(world, unit);
}

function tellDeparture(world: World, unit: Unit): void {
  for (const other of world.units) if (other !== unit) other.events.add(`departed ${unit.name}`);
}

/** What is-leader says holds for half a minute, whatever becomes of the leader; only when that is removed is its lease revoked. */
const leaseSeconds = 30;

/** Asks whether `unit` is the leader. */
export function isLeader(world: World, unit: Unit): boolean {
  if (world.leader !== unit.name) return false;
  world.leaseToldAt = world.time;
  return true;
}

/** The lease moves to another unit, when it may. */
export function moveLease(world: World): void {
  const holder = world.units.find(({ name }) => name === world.leader);
  if (holder !== undefined && !holder.dead && world.time - world.leaseToldAt < leaseSeconds) return;
  const claimants = world.units.filter(
    (unit) => !unit.dead && !unit.dying && unit.machine === 'up' && !unit.cutController && unit.installed,
  );
  if (claimants.length === 0) return;
  const next = world.random.pick(claimants);
  if (world.leader === next.name) return;
  world.leader = next.name;
  world.leaseToldAt = world.time;
  next.events.add('leader-elected');
  tell(world, `${next.name} is leader`);
}
