/** A unit that Juju has just placed on a new machine. */
import { newMachine } from '../facts/observation.ts';
import type { Unit } from './world.ts';

/** The unit of that number. */
export function newUnit(number: number): Unit {
  const name = `postgresql/${number}`;
  return {
    name,
    host: `10.0.0.${number + 1}`,
    kept: newMachine(name),
    clock: { bootedAt: 0, boots: 1, aheadSeconds: 0 },
    server: {
      data: null,
      aside: null,
      proc: 'down',
      writable: false,
      connected: false,
      received: false,
      walMissing: false,
      loaded: {},
      ordered: {},
      slots: [],
      upSince: 0,
    },
    job: null,
    watchEnds: 0,
    installed: false,
    joined: false,
    machine: 'up',
    cutPeers: false,
    cutController: false,
    reachedAt: 0,
    dying: false,
    dead: false,
    teardown: null,
    unseen: new Set(),
    events: new Set(['install', 'replication-created', 'config-changed', 'start']),
    hook: null,
    hookEnds: false,
    event: null,
    clockSetAt: Number.POSITIVE_INFINITY,
    retry: null,
    stallsUntil: 0,
    failsUntil: 0,
    overdue: null,
    isMasked: false,
    knowsManual: false,
    passedEpoch: 0,
    cache: new Map(),
    reading: null,
    fence: { runsUntil: 0, hasStopped: false, received: false, lostUnnoticedAt: null },
    packagesEnd: 0,
    trouble: { diskFull: 0, crowded: 0, noProcesses: 0, mirrorHangs: 0, blind: 0, noNotes: 0 },
    blindFor: [],
  };
}
