import { describe, expect, test } from 'vitest';
import { absentServer } from '../../../src/server/absent-server.ts';
import { passfileHeading } from '../../../src/server/passfile-heading.ts';
import { clusterPlace, managedPaths } from '../../../src/server/place.ts';
import { conninfo, recoveryView } from '../../../src/server/recovery.ts';
import type { RunningServer, ServerFacts } from '../../../src/server/server-facts.ts';
import { type DesiredServer, planRole, planServerUpkeep } from '../../../src/server/server-plan.ts';
import type { ServerStep } from '../../../src/server/server-steps.ts';
import { foreignProblem, startupProblem } from '../../../src/server/startup.ts';
import { majorTraits } from '../../../src/server/versions.ts';
import { freshPrimary } from '../../facts/server.ts';

const place = clusterPlace(15, null);
const path = '/etc/postgresql/15/main/conf.d/60-recovery.conf';

/** The steps of one round: the server's role first, its upkeep when it has that. */
function planServer(desired: DesiredServer, seen: ServerFacts): ServerStep[] {
  const role = planRole(desired, seen);
  return role.length > 0 ? role : planServerUpkeep(desired, seen);
}

function facts(partial: Partial<ServerFacts> = {}, live: Partial<RunningServer> | null = {}): ServerFacts {
  return {
    ...absentServer,
    place,
    installedMajor: 15,
    state: live === null ? 'down' : 'running',
    hasData: true,
    hasConfiguration: true,
    running: live === null ? null : { ...freshPrimary, ...live },
    files: { [path]: 'text' },
    startsAtBoot: true,
    ...partial,
  };
}
function wanted(partial: Partial<DesiredServer> = {}, major = 15): DesiredServer {
  return {
    place,
    traits: majorTraits(major) ?? expect.unreachable(),
    locale: 'C',
    encoding: 'UTF-8',
    files: [{ path, content: 'text', mode: 0o644, owner: 'postgres' }],
    role: 'primary',
    run: 'running',
    startsAtBoot: true,
    mayRestart: true,
    ...partial,
  };
}
const kinds = (wish: DesiredServer, seen: ServerFacts): string[] =>
  planServer(wish, seen).map(({ kind }) => kind);
const changed = [{ path, content: 'new', mode: 0o644, owner: 'postgres' }] as const;
const settings = '/etc/postgresql/15/main/conf.d/50-charm.conf';
const hba = '/etc/postgresql/15/main/pg_hba.conf';
const changedHba = [{ ...changed[0], path: hba }];
const legacy = [{ ...changed[0], path: '/var/lib/postgresql/15/main/recovery.conf' }] as const;
const inSettings = { settings: ['x'], access: [] };
const inAccess = { settings: [], access: ['x'] };

describe('the plan of a server', () => {
  test('is empty when all is as wanted', () => {
    expect(kinds(wanted(), facts())).toEqual([]);
  });

  test.each<[string, DesiredServer, ServerFacts, string[]]>([
    ['no cluster', wanted(), facts({ place: null }), ['cluster.create']],
    ['a clone without configuration', wanted(), facts({ hasConfiguration: false }, null), ['cluster.create']],
    ['down', wanted(), facts({}, null), ['server.start']],
    [
      'a former primary that is to follow',
      wanted({ role: 'standby' }),
      facts({}, null),
      ['standby.signal', 'server.start'],
    ],
    [
      'a standby that is down',
      wanted({ role: 'standby' }),
      facts({ standbySignal: true }, null),
      ['server.start'],
    ],
    [
      'down, to be promoted',
      wanted({ role: 'promoting' }),
      facts({ standbySignal: true }, null),
      ['server.start'],
    ],
    ['down, not to run', wanted({ run: 'stopped' }), facts({ startsAtBoot: false }, null), []],
    [
      'down, about to be started by the init system, not to run',
      wanted({ run: 'stopped' }),
      facts({ restarts: true, startsAtBoot: false }, null),
      ['server.stop'],
    ],
    ['writable, to follow', wanted({ role: 'standby' }), facts(), ['server.stop']],
    [
      'in recovery, to be promoted',
      wanted({ role: 'promoting' }),
      facts({}, { inRecovery: true }),
      ['server.promote'],
    ],
    [
      'in recovery, to be promoted, with files to write afterwards',
      wanted({ role: 'promoting', files: changed }),
      facts({}, { inRecovery: true }),
      ['server.promote'],
    ],
    ['a primary whose file says whom to follow', wanted({ files: changed }), facts(), ['file.write']],
    [
      'a primary whose settings for following wait',
      wanted({}, 12),
      facts({}, { pendingRestart: ['primary_conninfo'] }),
      [],
    ],
    ['in recovery, but only said to be primary', wanted(), facts({}, { inRecovery: true }), []],
    ['not to run', wanted({ run: 'stopped' }), facts(), ['server.stop']],
    ['not to run and down', wanted({ run: 'stopped' }), facts({}, null), []],
    ['starting', wanted(), facts({ state: 'starting' }, null), []],
    [
      'starting, with another upstream',
      wanted({ role: 'standby', files: changed }),
      facts({ state: 'starting', standbySignal: true }, null),
      ['server.stop'],
    ],
    ['a changed file', wanted({ files: changedHba }), facts(), ['file.write', 'server.reload']],
    [
      'a file in the way',
      wanted({ files: changedHba.map((file) => ({ ...file, content: null })) }),
      facts({ files: { [changedHba[0]?.path ?? '']: 'text' } }),
      ['file.remove', 'server.reload'],
    ],
    ['a lost reload', wanted(), facts({}, { unloaded: [settings] }), ['server.reload']],
    ['rules not loaded', wanted(), facts({}, { unloaded: [hba] }), ['server.reload']],
    [
      'an error that holds up settings',
      wanted(),
      facts({}, { unloaded: [settings], fileErrors: inSettings }),
      [],
    ],
    [
      'that holds up no rules',
      wanted(),
      facts({}, { unloaded: [hba], fileErrors: inSettings }),
      ['server.reload'],
    ],
    ['an error that holds up rules', wanted(), facts({}, { unloaded: [hba], fileErrors: inAccess }), []],
    [
      'that holds up no settings',
      wanted(),
      facts({}, { unloaded: [settings], fileErrors: inAccess }),
      ['server.reload'],
    ],
    [
      'settings that wait, and an error that would keep the server down',
      wanted(),
      facts({}, { pendingRestart: ['max_connections'], fileErrors: inSettings }),
      [],
    ],
    ['a primary that has not loaded whom to follow', wanted(), facts({}, { unloaded: [path] }), []],
    ['settings that wait', wanted(), facts({}, { pendingRestart: ['max_connections'] }), ['server.restart']],
    ['settings that must wait', wanted({ mayRestart: false }), facts({}, { pendingRestart: ['a'] }), []],
    ['not started at boot', wanted({ startsAtBoot: false }), facts(), ['boot.set']],
    [
      'a promotion of the last unit',
      wanted({ role: 'promoting' }),
      facts({ startsAtBoot: false }, { inRecovery: true }),
      ['server.promote'],
    ],
    [
      'another upstream',
      wanted({ role: 'standby', files: changed }),
      facts({}, { inRecovery: true }),
      ['file.write', 'server.reload'],
    ],
    [
      'another upstream of 12',
      wanted({ role: 'standby', files: changed }, 12),
      facts({}, { inRecovery: true }),
      ['file.write', 'server.restart'],
    ],
    [
      'another upstream of 12 that was written and not taken',
      wanted({ role: 'standby', mayRestart: false }, 12),
      facts({}, { inRecovery: true, unloaded: [path] }),
      ['server.restart'],
    ],
    [
      'another upstream of 11 that was written and not taken',
      wanted({ role: 'standby', mayRestart: false, files: legacy }, 11),
      facts({ files: { [legacy[0].path]: 'new' } }, { inRecovery: true, unloaded: [legacy[0].path] }),
      ['server.restart'],
    ],
    [
      'another upstream of 12, and an error that would keep the server down',
      wanted({ role: 'standby', files: changed }, 12),
      facts({}, { inRecovery: true, fileErrors: inAccess }),
      ['file.write'],
    ],
    [
      'another upstream that an error holds up',
      wanted({ role: 'standby' }),
      facts({}, { inRecovery: true, unloaded: [path], fileErrors: inSettings }),
      [],
    ],
  ])('%s', (_, wish, seen, expected) => {
    expect(kinds(wish, seen)).toEqual(expected);
  });
});

describe('recovery settings', () => {
  const upstream = { host: '10.0.0.2', port: 5432, slot: 'postgresql_1', applicationName: 'postgresql_1' };
  const wish = { standby: true, upstream, replicationRole: '_juju_repl', passfile: '/etc/pass file' };
  const view = (major: number, partial = {}) =>
    recoveryView({ ...wish, traits: majorTraits(major) ?? expect.unreachable(), ...partial });
  const named = (major: number, partial = {}) =>
    Object.fromEntries((view(major, partial)?.settings ?? []).map(({ name, value }) => [name, value]));

  test('name the upstream, and the password nowhere', () => {
    expect(conninfo(wish, upstream)).toBe(
      "host=10.0.0.2 port=5432 user=_juju_repl passfile='/etc/pass file' application_name=postgresql_1 " +
        'sslmode=prefer connect_timeout=5 keepalives_idle=5 keepalives_interval=2 keepalives_count=3',
    );
    expect(named(15)).toMatchObject({
      primary_slot_name: "'postgresql_1'",
      recovery_target_timeline: "'latest'",
    });
  });

  test('of a frozen standby are empty, so that a reload cuts the receiver', () => {
    expect(named(15, { upstream: null })).toMatchObject({ primary_conninfo: "''", primary_slot_name: "''" });
  });

  test('up to 11 make the standby themselves, and a primary has none', () => {
    expect(named(11)).toMatchObject({ standby_mode: "'on'" });
    expect(view(11, { standby: false })).toBeNull();
    expect(named(11, { upstream: null })).toEqual({
      standby_mode: "'on'",
      recovery_target_timeline: "'latest'",
    });
    expect(managedPaths(place, 'recovery.conf').recovery).toBe('/var/lib/postgresql/15/main/recovery.conf');
  });
});

test('the heading of a passfile does not depend on the order of hosts', () => {
  const heading = passfileHeading('_juju_repl', ['b', 'a', 'b'], 'ab12');
  expect(heading).toBe('# {"role":"_juju_repl","hosts":["a","b"],"fingerprint":"ab12"}');
});

describe('what a status says', () => {
  test('of a server that does not start: the last error and the way out', () => {
    const full = 'FATAL:  could not write to file "pg_wal/xlogtemp.33": No space left on device';
    expect(startupProblem({ lastErrors: ['LOG:  x', full] })).toBe(
      `PostgreSQL does not start: ${full} (free or add space)`,
    );
    expect(startupProblem({ lastErrors: [] })).toMatch(/its log does not say why$/);
  });

  test('of clusters it did not make', () => {
    expect(foreignProblem([])).toBeNull();
    expect(foreignProblem(['15/main at /var/lib/postgresql/15/main'])).toMatch(
      /15\/main at .*move them away/,
    );
  });
});
