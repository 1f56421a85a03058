import type { HookInfo, RelationSnapshot, UnitSnapshot } from '../protocol/agent-methods.ts';
import { compareUnits } from '../protocol/names.ts';
import { makeHook } from './hooks.ts';
import type { LocalRelation, LocalState } from './local-state.ts';

/** Relations the unit is to enter, with the hook that follows. */
export function* createdHooks(snapshot: UnitSnapshot, local: LocalState): Generator<HookInfo> {
  if (snapshot.life !== 'alive') return;
  for (const relation of shuffled(snapshot.relations)) {
    if (relation.life !== 'alive' || relation.suspended || local.relations[relation.id] !== undefined)
      continue;
    yield makeHook('relation-created', relation.endpoint, {
      relationId: relation.id,
      remoteApp: relation.remoteApp,
    });
  }
}

/**
 * All hooks that are due in the relations the unit is in, the first of each relation first; relations in
 * random order.
 */
export function* relationHooks(snapshot: UnitSnapshot, local: LocalState): Generator<HookInfo> {
  const known = new Map(snapshot.relations.map((relation) => [String(relation.id), relation]));
  for (const [id, own] of shuffled(Object.entries(local.relations))) {
    yield* hooksOfRelation(snapshot, Number(id), own, known.get(id) ?? null);
  }
}

/**
 * The due hooks of one relation in Juju's order: the -changed owed to a -joined; -departed; -broken; the
 * application's -changed; -joined; -changed. `remote` is null when the relation was removed behind the
 * agent's back.
 */
function* hooksOfRelation(
  snapshot: UnitSnapshot,
  relationId: number,
  own: LocalRelation,
  remote: RelationSnapshot | null,
): Generator<HookInfo> {
  const members = remote?.members ?? {};
  const about = (unit: string | null): Partial<HookInfo> => ({
    relationId,
    remoteUnit: unit,
    remoteApp: own.remoteApp,
  });
  if (own.changedPending !== null) {
    const version = members[own.changedPending] ?? own.members[own.changedPending] ?? 0;
    yield makeHook('relation-changed', own.endpoint, { ...about(own.changedPending), version });
  }
  const leaving = snapshot.life !== 'alive' || remote === null || remote.life !== 'alive' || remote.suspended;
  const gone = Object.keys(own.members).filter((unit) => leaving || members[unit] === undefined);
  const selfGoes = snapshot.life !== 'alive' || snapshot.applicationLife !== 'alive';
  for (const unit of gone.sort(compareUnits)) {
    const departingUnit = selfGoes ? snapshot.unit : unit;
    yield makeHook('relation-departed', own.endpoint, { ...about(unit), departingUnit });
  }
  if (leaving) {
    if (Object.keys(own.members).length === 0 && !own.peer)
      yield makeHook('relation-broken', own.endpoint, about(null));
    return;
  }
  const { appVersion } = remote;
  const leadsPeers = own.peer && snapshot.leader === snapshot.unit;
  if (appVersion !== own.appVersion && appVersion > 0 && !leadsPeers) {
    yield makeHook('relation-changed', own.endpoint, { ...about(null), version: appVersion });
  }
  const present = Object.keys(members).sort(compareUnits);
  for (const unit of present) {
    if (own.members[unit] !== undefined) continue;
    yield makeHook('relation-joined', own.endpoint, { ...about(unit), version: members[unit] ?? 0 });
  }
  for (const unit of present) {
    const version = members[unit] ?? 0;
    if (own.members[unit] === undefined || own.members[unit] === version) continue;
    yield makeHook('relation-changed', own.endpoint, { ...about(unit), version });
  }
}

/** Relations in which nothing is left to do for a unit that leaves and that get no -broken: peers. */
export function finishedPeers(snapshot: UnitSnapshot, local: LocalState): number[] {
  if (snapshot.life === 'alive') return [];
  return Object.entries(local.relations)
    .filter(([, own]) => own.peer && Object.keys(own.members).length === 0)
    .map(([id]) => Number(id));
}

/** Juju walks a map here, whose order is random. */
function shuffled<T>(items: T[]): T[] {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}
