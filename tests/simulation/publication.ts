/** Publications: none is taken back because a look has failed. */
import { decisionKey, decodeDecision } from '../shipped.ts';
import type { Hook } from './hook-state.ts';
import { type Unit, violate, type World } from './world.ts';

/** A hook is about to be committed. */
export function checkPublication(world: World, unit: Unit, hook: Hook): void {
  if (!hasRunThroughout(unit, hook)) return;
  checkRole(world, unit, hook);
  checkClients(world, unit, hook);
}

/** Its server has run all the time since the hook began. */
function hasRunThroughout({ server }: Unit, hook: Hook): boolean {
  return server.proc === 'running' && server.upSince < hook.beganAt;
}

function checkRole(world: World, unit: Unit, { begun, juju }: Hook): void {
  const before = begun.peer?.own['role'];
  const after = juju.peer?.own['role'];
  if (before === after || (before !== 'primary' && before !== 'standby')) return;
  if (after === 'primary' || after === 'standby') return;
  violate(world, `${unit.name} publishes ${after} though its server runs`);
}

function checkClients(world: World, unit: Unit, { begun, juju }: Hook): void {
  const { decision } = decodeDecision(begun.peer?.committed[decisionKey]);
  if (!unit.server.writable || unit.dying || decision?.primary !== unit.name) return;
  for (const [index, { id, ownBag, broken }] of juju.clients.entries()) {
    const before = begun.clients[index]?.ownBag ?? {};
    if (broken || before['master'] === undefined || ownBag['master'] !== undefined) continue;
    violate(world, `${unit.name} takes master from ${id} though it is the primary`);
  }
}
