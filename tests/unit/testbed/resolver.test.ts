import { describe, expect, test } from 'vitest';
import { noteHook } from '../../../testbed/agent/hook-effects.ts';
import { makeHook } from '../../../testbed/agent/hooks.ts';
import { freshState, type LocalState } from '../../../testbed/agent/local-state.ts';
import { nextOperation, type Operation } from '../../../testbed/agent/resolver.ts';
import type { RelationSnapshot, UnitSnapshot } from '../../../testbed/protocol/agent-methods.ts';

const quiet = { commandsWaiting: false, retryDue: false, updateStatusDue: false };

function snapshot(changes: Partial<UnitSnapshot> = {}): UnitSnapshot {
  return {
    version: 1,
    unit: 'pg/1',
    life: 'alive',
    applicationLife: 'alive',
    juju: '3.6',
    agentVersion: '3.6.9',
    model: { name: 'm', uuid: 'u', config: {} },
    machine: { id: '1', address: '10.0.0.2', address6: '', cidr: '10.0.0.0/24', hostname: 'h' },
    principal: '',
    subordinates: [],
    charm: { hash: 'c1', revision: 0, forced: false },
    configHash: 'k1',
    leader: 'pg/0',
    leaderSettingsVersion: 1,
    relations: [],
    storage: [],
    tasks: [],
    storageReady: true,
    resolved: { count: 0, retry: true },
    secrets: { consumed: [], rotate: [], expired: [], obsolete: [] },
    holds: [],
    repeats: [],
    killPoints: [],
    failingCommands: [],
    ...changes,
  };
}

function peer(changes: Partial<RelationSnapshot> = {}): RelationSnapshot {
  return {
    id: 1,
    endpoint: 'peer',
    peer: true,
    role: 'peer',
    scope: 'global',
    life: 'alive',
    suspended: false,
    remoteApp: 'pg',
    remoteModelUuid: 'u',
    appVersion: 0,
    members: {},
    inScope: true,
    ...changes,
  };
}

function settled(changes: Partial<LocalState> = {}): LocalState {
  const done = {
    charmHash: 'c1',
    installed: true,
    started: true,
    configHash: 'k1',
    leaderSettingsVersion: 1,
  };
  return { ...freshState(), ...done, ...changes };
}

function inPeer(
  members: Record<string, number> = {},
  changedPending: string | null = null,
): LocalState['relations'] {
  return { 1: { endpoint: 'peer', peer: true, remoteApp: 'pg', members, changedPending, appVersion: 0 } };
}

function show(operation: Operation | null): string {
  if (operation === null) return 'nothing';
  if (operation.kind !== 'hook') return operation.kind;
  const { name, remoteUnit, storageId } = operation.hook;
  return `${name}${remoteUnit === null ? '' : ` ${remoteUnit}`}${storageId === null ? '' : ` ${storageId}`}`;
}

/** Carries out what the resolver says until it has nothing left; `die` ends it. */
function walk(state: UnitSnapshot, local: LocalState): string[] {
  const steps: string[] = [];
  for (let count = 0; count < 50; count += 1) {
    const operation = nextOperation(state, local, quiet);
    if (operation === null || operation.kind === 'die') return steps;
    if (operation.kind === 'unpack-charm') {
      local.charmHash = state.charm.hash;
      local.queue.push(makeHook('install'));
    } else if (operation.kind === 'leave-scope') delete local.relations[String(operation.relationId)];
    else if (operation.kind === 'hook') {
      const { hook } = operation;
      if (hook.kind === 'relation-created') local.relations[String(hook.relationId)] = inPeer()[1] as never;
      steps.push(show(operation));
      noteHook(local, hook, state);
    } else steps.push(operation.kind);
  }
  throw new Error(`no end: ${steps.join(', ')}`);
}

const storage = {
  id: 'd/0',
  name: 'd',
  kind: 'filesystem',
  location: '/d',
  life: 'alive',
  provisioned: true,
} as const;

describe('the order of a unit that begins', () => {
  test('storage, install, created, settings, config, start, then the relation', () => {
    const state = snapshot({
      storage: [storage],
      relations: [peer({ members: { 'pg/0': 3, 'pg/10': 1, 'pg/2': 1 }, appVersion: 2 })],
    });
    expect(walk(state, freshState())).toEqual([
      'd-storage-attached d/0',
      'install',
      'peer-relation-created',
      'leader-settings-changed',
      'config-changed',
      'start',
      'peer-relation-changed',
      'peer-relation-joined pg/0',
      'peer-relation-changed pg/0',
      'peer-relation-joined pg/2',
      'peer-relation-changed pg/2',
      'peer-relation-joined pg/10',
      'peer-relation-changed pg/10',
    ]);
  });

  test('install waits for storage that is not there yet', () => {
    const local = { ...freshState(), charmHash: 'c1', queue: [makeHook('install')] };
    const waiting = snapshot({ storage: [{ ...storage, provisioned: false }], storageReady: false });
    expect(show(nextOperation(waiting, local, quiet))).toBe('nothing');
  });

  test('no leader-settings-changed under 4.0', () => {
    expect(walk(snapshot({ juju: '4.0' }), freshState())).toEqual(['install', 'config-changed', 'start']);
  });
});

describe('the order within one relation', () => {
  const next = (
    members: Record<string, number>,
    local: LocalState['relations'],
    more: Partial<RelationSnapshot> = {},
  ) =>
    show(
      nextOperation(
        snapshot({ relations: [peer({ members, ...more })] }),
        settled({ relations: local }),
        quiet,
      ),
    );

  test('the changed owed to a joined comes before all', () => {
    expect(next({ 'pg/0': 2, 'pg/2': 1 }, inPeer({ 'pg/0': 1, 'pg/5': 1 }, 'pg/0'))).toBe(
      'peer-relation-changed pg/0',
    );
  });
  test('departed before the application, joined and changed', () => {
    expect(next({ 'pg/0': 2, 'pg/2': 1 }, inPeer({ 'pg/0': 1, 'pg/5': 1 }), { appVersion: 9 })).toBe(
      'peer-relation-departed pg/5',
    );
  });
  test('the application before joined', () => {
    expect(next({ 'pg/0': 2, 'pg/2': 1 }, inPeer({ 'pg/0': 1 }), { appVersion: 9 })).toBe(
      'peer-relation-changed',
    );
  });
  test('joined before changed', () => {
    expect(next({ 'pg/0': 2, 'pg/2': 1 }, inPeer({ 'pg/0': 1 }))).toBe('peer-relation-joined pg/2');
  });
  test('a leader hears nothing of its own application bag', () => {
    const state = snapshot({ leader: 'pg/1', relations: [peer({ appVersion: 4 })] });
    expect(show(nextOperation(state, settled({ leader: true, relations: inPeer() }), quiet))).toBe('nothing');
  });
  test('a relation removed behind its back ends all the same', () => {
    const db = {
      endpoint: 'db',
      peer: false,
      remoteApp: 'app',
      members: { 'app/0': 1 },
      changedPending: null,
      appVersion: 0,
    };
    expect(walk(snapshot(), settled({ relations: { 7: db } }))).toEqual([
      'db-relation-departed app/0',
      'db-relation-broken',
    ]);
  });
});

describe('a hook that has failed', () => {
  const failed = () => settled({ hook: makeHook('update-status') });
  const busy = snapshot({
    relations: [peer({ members: { 'pg/0': 2 } })],
    leader: 'pg/1',
    configHash: 'k2',
    storage: [storage],
    tasks: [{ id: '4', kind: 'action', cancelled: false }],
  });

  test('lets actions pass, and nothing else', () => {
    expect(show(nextOperation(busy, failed(), quiet))).toBe('task');
    expect(show(nextOperation({ ...busy, tasks: [] }, failed(), quiet))).toBe('nothing');
    expect(show(nextOperation({ ...busy, tasks: [] }, failed(), { ...quiet, updateStatusDue: true }))).toBe(
      'nothing',
    );
  });
  test('is run again when the time has come, or the operator says so', () => {
    expect(show(nextOperation({ ...busy, tasks: [] }, failed(), { ...quiet, retryDue: true }))).toBe(
      'update-status',
    );
    expect(
      show(nextOperation({ ...busy, tasks: [], resolved: { count: 1, retry: true } }, failed(), quiet)),
    ).toBe('update-status');
    expect(
      show(nextOperation({ ...busy, tasks: [], resolved: { count: 1, retry: false } }, failed(), quiet)),
    ).toBe('skip-hook');
  });
});

describe('a unit that goes', () => {
  test('storage first, then relations, stop, remove', () => {
    const state = snapshot({
      life: 'dying',
      storage: [{ ...storage, life: 'dying' }],
      relations: [peer({ members: { 'pg/0': 1 } })],
    });
    const local = settled({ storage: ['d/0'], relations: inPeer({ 'pg/0': 1 }) });
    const order = ['d-storage-detaching d/0', 'peer-relation-departed pg/0', 'stop', 'remove'];
    const steps: string[] = [];
    for (const step of order) {
      const operation = nextOperation(state, local, quiet);
      steps.push(show(operation));
      if (operation?.kind === 'hook') noteHook(local, operation.hook, state);
      if (step === 'd-storage-detaching d/0') state.storage = [];
      if (step.startsWith('peer')) delete local.relations['1'];
    }
    expect(steps).toEqual(order);
    expect(show(nextOperation(state, local, quiet))).toBe('die');
  });
});

test('what a fault holds back is passed over, what follows is not', () => {
  const state = snapshot({
    relations: [peer({ members: { 'pg/0': 2, 'pg/2': 1 } })],
    holds: [{ id: 'h', filter: 'joined\\(pg/2\\)' }],
  });
  expect(show(nextOperation(state, settled({ relations: inPeer({ 'pg/0': 1 }) }), quiet))).toBe(
    'peer-relation-changed pg/0',
  );
});
