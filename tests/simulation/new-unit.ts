/** A unit that Juju has just placed on a new machine. */
import { emptyMemory, type Moment, type Observation } from '../shipped.ts';
import type { Unit } from './world.ts';

/** The unit of that number. */
export function newUnit(number: number): Unit {
  const name = `postgresql/${number}`;
  return {
    name,
    host: `10.0.0.${number + 1}`,
    kept: nothingSeen(name),
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
    retry: null,
    stallsUntil: 0,
    failsUntil: 0,
    overdue: null,
    knowsManual: false,
    passedEpoch: 0,
    cache: new Map(),
    fence: { runsUntil: 0, hasStopped: false, received: false },
    trouble: { diskFull: 0, crowded: 0, noProcesses: 0, mirrorHangs: 0 },
  };
}

const never: Moment = { boot: '', seconds: 0 };

/** A machine on which nothing has been done. What Juju and a server say is looked at anew each time. */
function nothingSeen(unit: string): Observation {
  return {
    now: never,
    nowText: '',
    event: {
      hook: '',
      action: null,
      relation: null,
      remoteUnit: null,
      remoteApplication: null,
      departingUnit: null,
      unit,
      jujuVersion: '',
      controllers: [],
    },
    juju: {
      options: {},
      leader: false,
      askedAt: never,
      units: null,
      dying: [],
      leaving: false,
      peer: null,
      clients: [],
      syslog: [],
      unserved: [],
      portOpen: false,
      storageLocation: null,
    },
    credentials: { source: null, generations: {}, fingerprints: {}, onServer: {} },
    machine: {
      ramBytes: 4 * 1024 ** 3,
      volumeBytes: 20 * 1024 ** 3,
      certificate: true,
      forwards: { files: {}, unread: false },
    },
    memory: emptyMemory(unit),
    server: {
      place: null,
      installedMajor: null,
      state: 'absent',
      foreign: [],
      hasData: false,
      hasConfiguration: false,
      control: null,
      history: [],
      running: null,
      job: null,
      watch: null,
      fence: null,
      asides: [],
      lastErrors: [],
      walMissing: false,
      files: {},
      startsAtBoot: null,
      standbySignal: false,
    },
    catalog: null,
    verdicts: { extra_pg_conf: null, extra_pg_auth: null },
    secretUris: {},
    answers: {},
  };
}
