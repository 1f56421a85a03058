/** What must hold after every step. */
import type { Decision } from '../../src/cluster/member-facts.ts';
import { coverage, isPrefix } from './wal.ts';
import { currentDecision, tell, type Unit, unitNamed, violate, type World } from './world.ts';

/** How long a unit that reaches Juju may need to hear of a decision. */
const learningSeconds = 3;

/**
 * Given up: an operator named it lost (or removed it by force), and it has not learned of that yet. Only such a unit may still accept
 * writes beside another, and only when it still reached Juju a moment after the freeze: it could have learned then, but its agent was held
 * up. Without Juju its fence must have stopped it.
 */
function isGivenUp(world: World, unit: Unit): boolean {
  const decision = currentDecision(world);
  const isExcluded = decision?.excluded.includes(unit.name) ?? false;
  if (!isExcluded && !unit.dead) return false;
  const before = world.decisions.findLastIndex(({ excluded }) => !excluded.includes(unit.name));
  const since = Number(world.decisions[before + 1]?.since ?? 0);
  if (unit.reachedAt <= since + learningSeconds) return false;
  return unit.dead || unit.passedEpoch < (decision?.epoch ?? 0);
}

/** Two servers that accept writes. */
export function checkWriters(world: World): void {
  const writers = world.units.filter((unit) => unit.server.writable && unit.machine === 'up');
  if (writers.length < 2) return;
  const counted = writers.filter((unit) => !isGivenUp(world, unit));
  if (counted.length > 1) {
    violate(world, `two writable primaries: ${counted.map((unit) => unit.name).join(' and ')}`);
  }
}

/** A committed decision: its epoch is new and greater than all before. */
export function checkDecision(world: World, decision: Decision): void {
  const before = currentDecision(world)?.epoch ?? 0;
  if (decision.epoch <= before) violate(world, `two decisions with epoch ${decision.epoch}`);
}

/** A server starts writable: the newest decision must name it, or a pass that read it so began before. */
export function checkStart(world: World, unit: Unit, why: string): void {
  const decision = currentDecision(world);
  // systemd goes on with what was running a moment ago; whether that may write is asked of all writers.
  if (decision === null || why === 'systemd') return;
  const named = decision.kind !== 'freeze' && decision.primary === unit.name;
  if (why === 'boot' && !named) violate(world, `${unit.name} starts writable at boot, unasked`);
  if (decision.epoch <= unit.memory.seenEpoch && !named) {
    violate(world, `${unit.name} starts writable against the decision it has seen`);
  }
}

/**
 * A server becomes the primary: no acknowledged commit is left behind that a member that counts still has.
 */
export function checkTakeover(world: World, unit: Unit): void {
  const decision = currentDecision(world);
  const own = unit.server.data;
  if (own === null) return;
  for (const branch of world.branches) {
    if (branch.superseded || branch.acked === 0) continue;
    const kept = coverage(own, branch);
    if (kept >= branch.acked) continue;
    for (const other of world.units) {
      if (!counts(other, decision)) continue;
      const had = Math.min(coverage(other.server.data, branch), branch.acked);
      if (had > kept) {
        violate(
          world,
          `${unit.name} takes over without ${had - kept} acknowledged bytes that ${other.name} has`,
        );
        return;
      }
    }
    tell(
      world,
      `${branch.acked - kept} acknowledged bytes of timeline ${branch.timeline} are lost with their unit`,
    );
  }
  for (const branch of world.branches) branch.superseded = branch !== own.branch;
}

function counts(unit: Unit, decision: Decision | null): boolean {
  if (unit.dead || unit.dying || unit.memory.refused?.epoch === unit.memory.seenEpoch) return false;
  return !(decision?.excluded.includes(unit.name) ?? false);
}

/** initdb beside a member whose data could be known. */
export function checkCreate(world: World, unit: Unit): void {
  for (const other of world.units) {
    const known = world.bags.get(other.name)?.systemIdentifier ?? null;
    if (other !== unit && !other.dead && !other.dying && known !== null && other.server.data !== null) {
      violate(world, `${unit.name} makes a new cluster although ${other.name} holds data`);
    }
  }
}

/** A standby streams from a server whose WAL does not begin with its own. */
export function checkStream(world: World, unit: Unit, upstream: Unit): void {
  const own = unit.server.data;
  const source = upstream.server.data;
  if (own !== null && source !== null && !isPrefix(own, source)) {
    violate(world, `${unit.name} streams from ${upstream.name}, from which it has diverged`);
  }
}

/** The charm removes data: only when a copy that streams has taken its place. */
export function checkRemoval(world: World, unit: Unit): void {
  if (unit.server.data === null || !unit.server.connected) {
    violate(world, `${unit.name} removes its data before a copy of it streams`);
  }
}

/** Why the cluster is not yet as it should be, or null. Only to be asked when no faults happen any more. */
export function unsettled(world: World): string | null {
  const decision = currentDecision(world);
  if (decision?.kind !== 'primary') return `the decision is ${decision?.kind ?? 'missing'}`;
  const primary = unitNamed(world, decision.primary);
  if (primary === null || primary.dead || primary.dying) return 'the named primary is gone';
  if (!primary.server.writable) return `${primary.name} does not accept writes`;
  for (const unit of world.units) {
    if (unit.dead || unit === primary) continue;
    if (unit.dying) return `${unit.name} is still leaving`;
    const { server } = unit;
    if (server.writable || !server.connected || server.follows !== primary.name) {
      return `${unit.name} does not follow ${primary.name}`;
    }
    if (server.aside !== null) return `${unit.name} still keeps data aside`;
    if (world.bags.get(unit.name)?.epoch !== decision.epoch) return `${unit.name} has not reported`;
  }
  if (decision.excluded.some((name) => world.units.some((unit) => unit.name === name && !unit.dead))) {
    return 'a member is still given up';
  }
  return null;
}
