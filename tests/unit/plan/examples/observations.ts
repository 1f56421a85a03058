/** Observations of units at typical moments, to plan from. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { encodeDecision } from '../../../../src/cluster/bags/decision.ts';
import type { Decision } from '../../../../src/cluster/member-facts.ts';
import type { Means } from '../../../../src/plan/means.ts';
import type { Memory } from '../../../../src/plan/memory.ts';
import type { JujuFacts, Observation, PeerFacts } from '../../../../src/plan/observation.ts';
import type { OptionValues } from '../../../../src/plan/options/options.ts';
import type { ClientRelation } from '../../../../src/relations/relation-facts.ts';
import type { FenceFacts } from '../../../../src/server/jobs.ts';
import type { Moment } from '../../../../src/server/moment.ts';
import { clusterPlace } from '../../../../src/server/place.ts';
import type { RawOption, Verdict, Verdicts } from '../../../../src/server/raw-options.ts';
import type { RunningServer, ServerFacts } from '../../../../src/server/server-facts.ts';
import { templateRenderer } from '../../../../src/system/templates.ts';
import { newMachine } from '../../../facts/observation.ts';
import { freshPrimary } from '../../../facts/server.ts';

/** The charm's own templates, and hashes. */
export const means: Means = {
  render: await templateRenderer(join(import.meta.dirname, '../../../../templates')),
  md5: (text) => createHash('md5').update(text).digest('hex'),
};

export const now = '2026-05-01T12:00:00.000Z';
/** The same moment by the machine's own clock. */
export const moment: Moment = { boot: 'this one', seconds: 10_000 };

/** So many seconds after `moment`. */
export function later(seconds: number): Moment {
  return { ...moment, seconds: moment.seconds + seconds };
}

export const place = clusterPlace(15, null);
export const systemIdentifier = '7400000000000000001';

/** Options as config.yaml has them, as far as they matter. */
export const options = {
  version: '',
  locale: 'C',
  encoding: 'UTF-8',
  relation_database_privileges: 'ALL',
  extra_pg_conf: 'log_connections = true\n',
  idle_reap_secs: 900,
  manual_replication: false,
  streaming_replication: true,
};

export const running: RunningServer = {
  ...freshPrimary,
  position: '0/3000060',
  orderedSettings: { max_connections: 100, max_wal_senders: 18 },
};

/** A fence that lives. */
export const fence: FenceFacts = {
  alive: true,
  isCurrent: true,
  controllers: ['10.0.0.100:17070'],
  stoppedAt: null,
  failure: null,
};

/** The record that names `primary`. */
export function named(primary: string, epoch = 1): Decision {
  return {
    epoch,
    kind: 'primary',
    primary,
    target: null,
    previous: null,
    requiredPosition: null,
    excluded: [],
    lossBytes: null,
    since: now,
    systemIdentifier: null,
  };
}

export function peerFacts(bag: Record<string, string>, more: Partial<PeerFacts> = {}): PeerFacts {
  return {
    id: 'replication:0',
    committed: bag,
    application: bag,
    own: { 'ingress-address': '10.0.0.1' },
    members: {},
    departed: {},
    host: '10.0.0.1',
    ...more,
  };
}

export function clientRelation(more: Partial<ClientRelation> = {}): ClientRelation {
  return {
    id: 'db:3',
    endpoint: 'db',
    remoteApplication: 'webapp',
    remoteApplicationBag: {},
    remoteUnits: {
      'webapp/0': { 'ingress-address': '10.0.0.9', 'egress-subnets': '10.0.0.9/32', database: 'web' },
    },
    ownBag: { 'ingress-address': '10.0.0.1' },
    ownApplicationBag: {},
    ingressAddress: '10.0.0.1',
    broken: false,
    ...more,
  };
}

export interface Parts {
  readonly hook?: string;
  readonly juju?: Partial<JujuFacts>;
  readonly server?: Partial<ServerFacts>;
  readonly memory?: Partial<Memory>;
  readonly rest?: Partial<Observation>;
}

/** Verdicts of a PostgreSQL that takes all lines. */
export function verdictsOf(values: OptionValues): Verdicts {
  const taken = (option: RawOption): Verdict => {
    const text = String(values[option] ?? '');
    return { text, major: 15, outcome: 'taken', problems: [], at: null, good: text };
  };
  return { extra_pg_conf: taken('extra_pg_conf'), extra_pg_auth: taken('extra_pg_auth') };
}

/** A leader's observation; unsaid parts are those of a unit on which nothing has happened. */
export function observed({
  hook = 'update-status',
  juju = {},
  server = {},
  memory = {},
  rest = {},
}: Parts = {}): Observation {
  const found = newMachine('postgresql/0');
  return {
    ...found,
    now: moment,
    nowText: now,
    event: { ...found.event, hook, jujuVersion: '3.6.9', controllers: ['10.0.0.100:17070'] },
    juju: { ...found.juju, options, leader: true, askedAt: moment, portOpen: true, ...juju },
    machine: { ...found.machine, forwards: { files: {}, unread: false, canForward: true } },
    memory: { ...found.memory, ...memory },
    server: { ...found.server, ...server },
    ...rest,
  };
}

/** Facts of a server that runs as a primary, its managed files as in `files`. */
export function runningServer(
  files: Readonly<Record<string, string | null>>,
  more: Partial<ServerFacts> = {},
): Partial<ServerFacts> {
  return {
    place,
    installedMajor: 15,
    state: 'running',
    hasData: true,
    hasConfiguration: true,
    control: {
      systemIdentifier,
      state: 'in production',
      checkpointPosition: '0/1500000',
      checkpointTimeline: 1,
    },
    running,
    files,
    startsAtBoot: true,
    ...more,
  };
}

export const committed = { credentials: 'secret:abc', decision: encodeDecision(named('postgresql/0')) };
export const known = {
  source: 'secret:abc',
  generations: {},
  fingerprints: { '1': '0123456789abcdef' },
  onServer: {},
};
