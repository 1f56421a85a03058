import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeDecision } from '../../../src/cluster/bags/decision.ts';
import { encodeMember } from '../../../src/cluster/bags/member.ts';
import { showStatus } from '../../../src/pass/show-status.ts';
import { emptyMemory, type Memory } from '../../../src/plan/memory.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { rememberedFor } from '../../../src/plan/status/shown.ts';
import { bootMoment } from '../../../src/system/clock.ts';
import { settle } from '../../effects/settle.ts';
import { said } from '../cluster/examples.ts';
import {
  committed,
  known,
  means,
  named,
  observed,
  peerFacts,
  running,
  runningServer,
} from '../plan/examples/observations.ts';

/** Programs of our own in the place of the hook commands: `status-get` prints what `status-set` has set. */
let folder = '';
const path = process.env['PATH'];
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hook-commands-'));
  const shown = file('shown');
  const get = `printf '{"application-status":{"status":"%s","message":"%s"}}' "$(head -1 ${shown})" "$(tail -1 ${shown})"`;
  writeFileSync(file('status-get'), `#!/bin/sh\necho get >> ${file('calls')}\n${get}\n`);
  const set = `if [ "$1" = --application ]; then shift 2; printf '%s\\n%s\\n' "$@" > ${shown}; fi`;
  writeFileSync(file('status-set'), `#!/bin/sh\necho set >> ${file('calls')}\n${set}\n`);
  for (const name of ['status-get', 'status-set']) chmodSync(file(name), 0o755);
  process.env['PATH'] = `${folder}:${path}`;
});
afterAll(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  rmSync(file('calls'), { force: true });
});

const well = { state: 'active', message: '1 primary' } as const;
const calls = (): string[] =>
  existsSync(file('calls')) ? readFileSync(file('calls'), 'utf8').trim().split('\n') : [];
const shows = (): string => readFileSync(file('shown'), 'utf8').trim().replace('\n', ' ');
const inJuju = (message: string): void => writeFileSync(file('shown'), `active\n${message}\n`);

/** Memory after a leader's pass that began with `memory`. */
async function afterShowing(memory: Memory): Promise<Memory> {
  const context = {
    memory,
    remember: async (change: Partial<Memory>) =>
      void Object.assign(context, { memory: { ...context.memory, ...change } }),
  };
  await showStatus(context, { status: well, applicationStatus: well });
  return context.memory;
}

const settled: Memory = {
  ...emptyMemory('postgresql/0'),
  status: 'active 1 primary',
  applicationStatus: { text: 'active 1 primary', at: bootMoment() },
  shownVersion: '15.9',
};

describe('the application’s status', () => {
  test('takes no hook command while it is known to be shown', async () => {
    await afterShowing(settled);
    expect(calls()).toEqual([]);
  });

  test.each(['leader-elected', 'start', 'config-changed'])('is compared with Juju’s at %s', async (hook) => {
    inJuju('what another leader said');
    const memory = await afterShowing(rememberedFor({ hook }, settled));
    expect(shows()).toBe('active 1 primary');
    expect(memory.applicationStatus?.text).toBe('active 1 primary');
  });

  test('is not set again where it is right', async () => {
    inJuju('1 primary');
    await afterShowing(rememberedFor({ hook: 'leader-elected' }, settled));
    expect(calls()).toEqual(['get']);
  });

  test('is asked for once an hour, and after the machine has booted', async () => {
    inJuju('what another leader said');
    const { boot, seconds } = bootMoment();
    await afterShowing({
      ...settled,
      applicationStatus: { text: 'active 1 primary', at: { boot, seconds: seconds - 3601 } },
    });
    expect(shows()).toBe('active 1 primary');
    inJuju('what another leader said');
    await afterShowing({
      ...settled,
      applicationStatus: { text: 'active 1 primary', at: { boot: 'before', seconds } },
    });
    expect(shows()).toBe('active 1 primary');
  });

  test('is forgotten, with the version, by a unit that does not lead', () => {
    const { memory } = makePlan(
      observed({ juju: { leader: false, peer: peerFacts({}) }, memory: settled }),
      means,
      [],
    );
    expect(memory).toMatchObject({ applicationStatus: null, shownVersion: '' });
  });
});

describe('the application’s version', () => {
  /** The version set by postgresql/0, a standby of postgresql/1, which has 15.10. */
  function versionSet(leader: boolean): string[] {
    const members = { 'postgresql/1': encodeMember(said(1, { role: 'primary', version: '15.10' })) };
    const bag = { ...committed, decision: encodeDecision(named('postgresql/1')) };
    const standby = { ...running, inRecovery: true, streaming: true, upstreamHost: '10.0.0.1' };
    const start = observed({
      juju: { leader, peer: peerFacts(bag, { members }) },
      server: runningServer({}, { running: standby, standbySignal: true }),
      rest: { credentials: known },
    });
    const { observation } = settle(start, means);
    return [observation.memory.shownVersion, observation.memory.serverVersion];
  }

  test('is that of the primary, and set by the leader alone', () => {
    expect(versionSet(true)).toEqual(['15.10', '15.9']);
    expect(versionSet(false)).toEqual(['', '15.9']);
  });
});
