import { absentServer, emptyMemory, type Moment, type Observation } from '../shipped.ts';

const never: Moment = { boot: '', seconds: 0 };

/** Observation of a unit on a new machine, on which nothing has been done, before Juju was asked. */
export function newMachine(unit: string): Observation {
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
      forwards: { files: {}, unread: false, canForward: false },
    },
    memory: emptyMemory(unit),
    server: absentServer,
    catalog: null,
    verdicts: { extra_pg_conf: null, extra_pg_auth: null },
    secretUris: {},
    answers: {},
    unknown: {},
  };
}
