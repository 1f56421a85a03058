/** Effects of steps on this machine's PostgreSQL. */
import { freshPrimary } from '../facts/server.ts';
import {
  fingerprintOf,
  majorTraits,
  managedPaths,
  type Observation,
  passfileHeading,
  type RoleNote,
  type RunningServer,
  type ServerFacts,
  type ServerStep,
} from '../shipped.ts';
import { roleNamed } from './catalog.ts';
import type { Effects } from './effect.ts';
import { releaseMajor } from './jobs.ts';

export const serverEffects: Effects<Exclude<ServerStep['kind'], 'job.start' | 'job.stop'>> = {
  'cluster.create': (seen, { place, locale, encoding }) => {
    const made = { place, hasConfiguration: true, startsAtBoot: false };
    const data: Partial<ServerFacts> = seen.server.hasData ? {} : { hasData: true, control: newControl };
    const state = seen.server.state === 'absent' ? 'down' : seen.server.state;
    return {
      ...withServer(seen, { ...made, ...data, state }),
      memory: { ...seen.memory, made: { locale, encoding } },
    };
  },
  'machine.claim': (seen) => ({ ...seen, claim: { kind: 'own' }, juju: { ...seen.juju, portOpen: false } }),
  'machine.release': (seen) => ({ ...seen, claim: { kind: 'free' } }),
  'marker.write': (seen) => {
    const { marker: _, ...unknown } = seen.server.unknown;
    return withServer(seen, { unknown });
  },
  'file.write': (seen, { path, content }) => withFile(seen, path, content),
  'option.check': (seen, { option, text, major }) => {
    const verdict = { text, major, outcome: 'taken', problems: [], at: null, good: text } as const;
    return { ...seen, verdicts: { ...seen.verdicts, [option]: verdict } };
  },
  'file.remove': (seen, { path }) => withFile(seen, path, null),
  'passfile.write': (seen, { path, role, hosts }) =>
    withFile(seen, path, passfileHeading(role, hosts, fingerprintOf(role, seen.credentials) ?? '')),
  'server.start': (seen) => started(seen),
  'server.stop': (seen) => stopped(seen),
  'server.restart': (seen) => started(stopped(seen)),
  'server.reload': (seen) => withRunning(seen, { unloaded: [] }),
  'server.promote': (seen) => {
    const { running } = seen.server;
    if (running === null || !running.inRecovery) return seen;
    const primary = {
      inRecovery: false,
      timeline: running.timeline + 1,
      streaming: false,
      upstreamHost: null,
      receivedPosition: null,
    };
    const line = { timeline: running.timeline, switchPosition: running.position };
    return withServer(withRunning(withSignal(seen, false), primary), {
      history: [...seen.server.history, line],
    });
  },
  'boot.set': (seen, { automatic }) => withServer(seen, { startsAtBoot: automatic }),
  'standby.signal': (seen, { present }) => withSignal(seen, present),
  'slot.create': (seen, { name }) => {
    const slot = { name, active: false, walStatus: null };
    return withRunning(seen, { slots: [...(seen.server.running?.slots ?? []), slot] });
  },
  'slot.drop': (seen, { name }) =>
    withRunning(seen, { slots: (seen.server.running?.slots ?? []).filter((slot) => slot.name !== name) }),
  'replication.user': (seen, { role }) => {
    if (seen.catalog === null) return seen;
    const password = fingerprintOf(role, seen.credentials);
    const note: RoleNote = { made: 'replication', groups: [], password, powerful: true };
    const made = roleNamed(role, { login: true, replication: true, hasPassword: true, note });
    const roles = [...seen.catalog.roles.filter(({ name }) => name !== role), made];
    return { ...seen, catalog: { ...seen.catalog, roles } };
  },
  'registry.create': (seen, { roles, databases }) => {
    if (seen.catalog === null) return seen;
    const noted = seen.catalog.roles.map((role) => {
      const entry = roles.find(({ name, oid }) => name === role.name && oid === role.oid);
      return entry === undefined ? role : { ...role, note: entry.note, passwordKept: !role.hasPassword };
    });
    return { ...seen, catalog: { ...seen.catalog, roles: noted, registry: databases } };
  },
  'database.forget': (seen, { name }) => {
    if (seen.catalog === null) return seen;
    const registry = (seen.catalog.registry ?? []).filter((note) => note.name !== name);
    return { ...seen, catalog: { ...seen.catalog, registry } };
  },
  'role.retire': (seen, { role, revoke, note }) => {
    if (seen.catalog === null) return seen;
    const roles = seen.catalog.roles.map((found) => {
      if (found.name !== role) {
        return {
          ...found,
          members: found.members.filter(({ member }) => member !== role || !revoke.includes(found.name)),
        };
      }
      const memberOf = found.memberOf.filter((group) => !revoke.includes(group));
      const { oid, members } = found;
      return roleNamed(role, { oid, members, memberOf, note });
    });
    return { ...seen, catalog: { ...seen.catalog, roles } };
  },
  'sessions.end': (seen, { user, address }) => {
    if (seen.catalog === null) return seen;
    const left = (seen.catalog.olderSessions ?? []).filter(
      (session) => session.user !== user || session.address !== address,
    );
    return { ...seen, catalog: { ...seen.catalog, olderSessions: left } };
  },
  'syslog.forward': (seen, { files, remove }) => {
    const kept = Object.entries(seen.machine.forwards?.files ?? {}).filter(
      ([path]) => !remove.includes(path),
    );
    const written = files.map(({ path, content }) => [path, content] as const);
    const canForward = seen.machine.forwards?.canForward === true;
    const forwards = { files: Object.fromEntries([...kept, ...written]), unread: false, canForward };
    return { ...seen, machine: { ...seen.machine, forwards } };
  },
  'data.discardaside': (seen) => withServer(seen, { asides: [] }),
};

const newControl = {
  systemIdentifier: '7400000000000000001',
  state: 'shut down',
  checkpointPosition: '0/1500000',
  checkpointTimeline: 1,
};

function started(seen: Observation): Observation {
  const { control, standbySignal, place } = seen.server;
  const running: RunningServer = {
    ...freshPrimary,
    version: `${place?.major ?? releaseMajor}.9`,
    inRecovery: standbySignal,
    timeline: control?.checkpointTimeline ?? 1,
    position: control?.checkpointPosition ?? freshPrimary.position,
  };
  const state = standbySignal ? 'in archive recovery' : 'in production';
  return withServer(seen, {
    state: 'running',
    running,
    control: control === null ? null : { ...control, state },
  });
}

function stopped(seen: Observation): Observation {
  const { control, running } = seen.server;
  if (running === null) return withServer(seen, { state: 'down', restarts: false });
  const state = running.inRecovery ? 'shut down in recovery' : 'shut down';
  const end = { state, checkpointPosition: running.position, checkpointTimeline: running.timeline };
  return withServer(seen, {
    state: 'down',
    restarts: false,
    running: null,
    control: control === null ? null : { ...control, ...end },
  });
}

/** Writes or removes the sign of a standby; up to 11 that is the file with the recovery settings. */
function withSignal(seen: Observation, present: boolean): Observation {
  const recovery = legacyRecovery(seen);
  const signalled = withServer(seen, { standbySignal: present });
  return recovery === null || present ? signalled : withFile(signalled, recovery, null);
}

function withFile(seen: Observation, path: string, content: string | null): Observation {
  const files = { ...seen.server.files, [path]: content };
  const written = withServer(seen, { files });
  return path === legacyRecovery(seen) ? withServer(written, { standbySignal: content !== null }) : written;
}

function legacyRecovery({ server: { place } }: Observation): string | null {
  const traits = place === null ? null : majorTraits(place.major);
  if (place === null || traits?.recoveryIn !== 'recovery.conf') return null;
  return managedPaths(place, traits.recoveryIn).recovery;
}

function withServer(seen: Observation, change: Partial<ServerFacts>): Observation {
  return { ...seen, server: { ...seen.server, ...change } };
}

function withRunning(seen: Observation, change: Partial<RunningServer>): Observation {
  const { running } = seen.server;
  return running === null ? seen : withServer(seen, { running: { ...running, ...change } });
}
