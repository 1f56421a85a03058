/** Invariants: checked after every step. */
import { type Decision, decodeMember } from '../shipped.ts';
import type { Hook } from './hook-state.ts';
import { coverage, isPrefix } from './wal.ts';
import { currentDecision, tell, type Unit, violate, type World } from './world.ts';

/** Time that a unit which reaches Juju may need to learn of a decision. */
const learningSeconds = 3;

/**
 * Given up: an operator named it lost (or removed it by force), and it has not learned of that yet. Only such a unit may still accept
 * writes beside another, and only when it still reached Juju a moment after the freeze: it could have learned then, but its agent was held
 * up. Without Juju its fence must have stopped it, unless that was ended by hand a moment before.
 */
function isGivenUp(world: World, unit: Unit): boolean {
  if (isUnheardByHand(world, unit)) return true;
  const decision = currentDecision(world);
  const isExcluded = decision?.excluded.includes(unit.name) ?? false;
  if (!isExcluded && !unit.dead) return false;
  // Nobody could know that it would not stop by itself.
  if (unit.fence.lostUnnoticedAt !== null) return true;
  const before = world.decisions.findLastIndex(({ excluded }) => !excluded.includes(unit.name));
  const since = world.decidedAt[before + 1] ?? 0;
  if (unit.reachedAt <= since + learningSeconds) return false;
  return unit.dead || unit.passedEpoch < (decision?.epoch ?? 0);
}

/** Under manual_replication there is no fence, and it was cut off before it could say that it is primary under that, or removed while cut off. */
function isUnheardByHand(world: World, unit: Unit): boolean {
  if (!unit.knowsManual || !unit.cutController) return false;
  if (unit.dying) return true;
  const said = world.bags.get(unit.name);
  return said?.['role'] !== 'primary' || said['manual'] === undefined;
}

/** Two servers that accept writes. */
export function checkWriters(world: World): void {
  let count = 0;
  for (const unit of world.units) if (unit.server.writable && unit.machine === 'up') count += 1;
  if (count < 2) return;
  const writers = world.units.filter((unit) => unit.server.writable && unit.machine === 'up');
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

/** A decision after manual_replication has ended: whom the operator has promoted stays primary. */
export function checkAdoption(world: World, decision: Decision): void {
  const { byHand } = world;
  if (byHand === null || !isStillPrimary(world, byHand)) return;
  if (decision.kind === 'primary' && decision.primary === byHand) {
    world.byHand = null;
    return;
  }
  const instead = decision.primary ?? 'nobody';
  violate(world, `the operator's promotion of ${byHand} is undone: ${instead} is named`);
}

/** The charm stops a server: not the one that an operator has just promoted. */
export function checkStop(world: World, unit: Unit): void {
  if (world.byHand !== unit.name || unit.dying || !unit.server.writable) return;
  violate(world, `the operator's promotion of ${unit.name} is undone: it is stopped`);
}

function isStillPrimary(world: World, name: string): boolean {
  const unit = world.units.find((candidate) => candidate.name === name);
  if (unit?.server.writable === true && !unit.dead && !unit.dying) return true;
  world.byHand = null;
  return false;
}

/** A pass makes a server accept writes that others could take over from: only with a fence beside it. */
export function checkFenced(world: World, unit: Unit, { juju, beganAt }: Hook, isPromotion: boolean): void {
  const hasPeers = Object.keys(juju.peer?.members ?? {}).length > 0;
  // Primaries that an operator moves have no fence (decision 13).
  if (juju.options['manual_replication'] === true) return;
  const begins = isPromotion || unit.server.data?.standbySignal === false;
  // One that is ended between a look and a step is back before anybody could miss it.
  if (unit.fence.lostUnnoticedAt !== null && unit.fence.lostUnnoticedAt >= beganAt) return;
  if (!begins || !hasPeers || unit.dying || unit.kept.server.fence?.alive === true) return;
  violate(world, `${unit.name} begins to accept writes without a fence`);
}

/** A server starts writable: the newest decision must name it, or a pass that read it so began before. */
export function checkStart(world: World, unit: Unit, why: string): void {
  const decision = currentDecision(world);
  // systemd goes on with what was running a moment ago; whether that may write is asked of all writers.
  if (decision === null || why === 'systemd') return;
  const isNamed = decision.kind !== 'freeze' && decision.primary === unit.name;
  const named = isNamed && !hasHandedOver(unit, decision);
  if (why === 'boot' && !named) violate(world, `${unit.name} starts writable at boot, unasked`);
  if (decision.epoch <= unit.kept.memory.cluster.seenEpoch && !named) {
    violate(world, `${unit.name} starts writable against the decision it has seen`);
  }
}

/** It has stopped for a handover: from here only a newer decision starts it. */
function hasHandedOver({ kept }: Unit, { kind, epoch }: Decision): boolean {
  const { doneEpoch, refused } = kept.memory.cluster;
  return kind === 'handover' && doneEpoch === epoch && refused?.epoch !== epoch;
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
        const lacking = `${had - kept} acknowledged bytes that ${other.name} has`;
        violate(world, `${unit.name} takes over without ${lacking}`);
        return;
      }
    }
    const lost = branch.acked - kept;
    tell(world, `${lost} acknowledged bytes of timeline ${branch.timeline} are lost with their unit`);
  }
  for (const branch of world.branches) branch.superseded = branch !== own.branch;
}

function counts(unit: Unit, decision: Decision | null): boolean {
  const { refused, seenEpoch } = unit.kept.memory.cluster;
  if (unit.dead || unit.dying || refused?.epoch === seenEpoch) return false;
  return !(decision?.excluded.includes(unit.name) ?? false);
}

/** A new cluster: nobody may hold data that counts. */
export function checkCreate(world: World, unit: Unit): void {
  for (const other of world.units) {
    const known = decodeMember(other.name, world.bags.get(other.name) ?? {}).facts?.systemIdentifier ?? null;
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

/** The charm removes data: only when a copy that has streamed has taken its place. */
export function checkRemoval(world: World, unit: Unit): void {
  const { data, aside, connected, received } = unit.server;
  const hasStreamed = connected || (aside !== null && received);
  if (data === null || !hasStreamed) {
    violate(world, `${unit.name} removes its data before a copy of it streams`);
  }
}
