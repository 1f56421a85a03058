/** The end of a successful hook: Juju commits what it has written, or refuses to. */
import { type Bag, type Decision, decisionKey, decodeDecision, type JujuFacts } from '../shipped.ts';
import { clientKey } from './clients.ts';
import type { Hook } from './hook-state.ts';
import { checkAdoption, checkDecision } from './invariants.ts';
import { checkPublication } from './publication.ts';
import { tell, type Unit, type World } from './world.ts';

/** False when Juju refuses: then nothing of the hook is kept. */
export function commitHook(world: World, unit: Unit, hook: Hook): boolean {
  const { begun, juju } = hook;
  if (unit.cutController || unit.dead) return false;
  const application = changes(begun.peer?.application, juju.peer?.application);
  const shared = juju.clients.map(({ id }, index) => ({
    id,
    bag: changes(begun.clients[index]?.ownApplicationBag, juju.clients[index]?.ownApplicationBag),
  }));
  const isShared = application !== null || shared.some(({ bag }) => bag !== null);
  if (isShared && world.leader !== unit.name) return false;
  if (application !== null) commitApplication(world, unit, application);
  for (const { id, bag } of shared) {
    if (bag === null) continue;
    world.clientApplicationBags.set(id, merged(world.clientApplicationBags.get(id), bag));
  }
  if (hook.beganAt > (unit.fence.lostUnnoticedAt ?? 0)) unit.fence.lostUnnoticedAt = null;
  checkPublication(world, unit, hook);
  commitUnitBags(world, unit, begun, juju);
  return true;
}

function commitUnitBags(world: World, unit: Unit, begun: JujuFacts, juju: JujuFacts): void {
  juju.clients.forEach(({ id, ownBag }, index) => {
    if (ownBag !== begun.clients[index]?.ownBag) world.clientBags.set(clientKey(id, unit.name), ownBag);
  });
  const own = juju.peer?.own;
  if (own === undefined || own === begun.peer?.own) return;
  if (changes(begun.peer?.own, own) === null) return;
  world.bags.set(unit.name, own);
  tell(world, `${unit.name} publishes ${describeBag(own)}`);
  for (const other of world.units) if (other !== unit) other.events.add(`changed ${unit.name}`);
}

function commitApplication(world: World, unit: Unit, content: Bag): void {
  const bag = merged(world.applicationBags.at(-1), content);
  world.applicationBags.push(bag);
  for (const other of world.units) if (other !== unit) other.events.add('replication-changed');
  const text = content[decisionKey];
  const decision = text === undefined ? null : decodeDecision(text).decision;
  if (decision === null) return;
  checkDecision(world, decision);
  checkAdoption(world, decision);
  world.decisions.push(decision);
  world.decidedAt.push(world.time);
  // The leader counts seconds from here on: a good time to set its clock.
  if (decision.kind === 'freeze' && world.faults && world.random.oneIn(3)) {
    unit.clockSetAt = world.time + 2 + world.random.below(8);
  }
  tell(world, `${unit.name} decides ${describe(decision)}`);
}

/** The keys that differ, empty text for one that is gone; null when none does. */
function changes(before: Bag | null | undefined, after: Bag | null | undefined): Bag | null {
  if (before === after || after === null || after === undefined) return null;
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
  const changed = [...keys].filter((key) => (before?.[key] ?? '') !== (after[key] ?? ''));
  return changed.length === 0 ? null : Object.fromEntries(changed.map((key) => [key, after[key] ?? '']));
}

function merged(bag: Bag | undefined, content: Bag): Bag {
  return Object.fromEntries(Object.entries({ ...bag, ...content }).filter(([, text]) => text !== ''));
}

function describeBag(bag: Bag): string {
  const { role, timeline, position, epoch, refused, leaving } = bag;
  const rest = [refused === undefined ? '' : ` refused: ${refused}`, leaving === undefined ? '' : ' leaving'];
  return `${role} tl=${timeline} at=${position} epoch=${epoch}${rest.join('')}`;
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
