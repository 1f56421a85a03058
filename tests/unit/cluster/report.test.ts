import { describe, expect, test } from 'vitest';
import { decideMember } from '../../../src/cluster/member.ts';
import { ownServer, roleOf } from '../../../src/cluster/own-server.ts';
import { memberReport } from '../../../src/cluster/report.ts';
import type { MemberView } from '../../../src/cluster/view.ts';
import type { RunningServer, ServerFacts } from '../../../src/server/server-facts.ts';
import {
  absent,
  decided,
  frozen,
  job,
  member,
  memberView,
  memory,
  primaryView,
  said,
  standby,
  stopped,
  system,
  unit,
} from './examples.ts';

const report = (view: MemberView) => memberReport(view, decideMember(view));
const cutOff = standby({ follows: null, streaming: false });

describe('a unit publishes', () => {
  test('no position in ordinary times, so that commits wake nobody', () => {
    expect(report(primaryView())).toMatchObject({ role: 'primary', position: null, epoch: 3 });
    expect(report(memberView())).toMatchObject({ role: 'standby', position: null, streamingFrom: unit(0) });
  });

  test('where it stopped', () => {
    const view = primaryView({ own: stopped(), dying: true });
    expect(report(view)).toMatchObject({ role: 'stopped', position: '0/5000000', leaving: true });
  });

  test('where its WAL ends when frozen: the furthest end it has noted, whatever a restart forgot', () => {
    const noted = { timeline: 1, position: '0/6000000', primaryPosition: '0/6000100' };
    const view = memberView({ decision: frozen({ epoch: 4 }), own: cutOff, memory: memory({ noted }) });
    expect(report(view)).toMatchObject({ position: '0/6000000', primaryPosition: '0/6000100', epoch: 4 });
    const other = memory({ noted: { ...noted, timeline: 2 } });
    expect(report({ ...view, memory: other })).toMatchObject({
      position: '0/5000000',
      primaryPosition: null,
    });
  });

  test('where its WAL ends when its primary is being removed and sends nothing any more', () => {
    const silent = standby({ streaming: false });
    const leaving = member(said(0, { role: 'stopped', position: '0/4000000', leaving: true }));
    expect(report(memberView({ own: silent }))).toMatchObject({ position: null });
    expect(report(memberView({ own: silent, others: [leaving] }))).toMatchObject({ position: '0/5000000' });
    expect(report(memberView({ others: [leaving] }))).toMatchObject({ position: null });
    expect(report(memberView({ own: silent, others: [] }))).toMatchObject({ position: '0/5000000' });
  });

  test('nothing of a freeze it has not carried out', () => {
    const view = memberView({ decision: frozen({ epoch: 4 }) });
    expect(report(view)).toMatchObject({ position: null, epoch: 3 });
  });

  test('that it has no data under a freeze', () => {
    const view = memberView({ decision: frozen({ epoch: 4 }), own: absent() });
    expect(report(view)).toMatchObject({ role: 'none', epoch: 4 });
  });

  test('a report under a freeze is taken back when the server goes down', () => {
    const decision = frozen({ epoch: 4 });
    const first = decideMember(memberView({ decision, own: cutOff }));
    const down = memberView({ decision, own: { ...cutOff, state: 'starting' }, memory: first.memory });
    expect(report(down)).toMatchObject({ role: 'starting', position: null, epoch: 3 });
  });

  test('a refusal with its reason, until a newer decision is carried out', () => {
    const decision = decided({
      epoch: 4,
      primary: unit(1),
      requiredPosition: '0/6000000',
      previous: unit(0),
    });
    const view = memberView({ decision, heldSeconds: 30 });
    expect(report(view)).toMatchObject({ epoch: 4, refused: 'Lacks WAL up to 0/6000000 of postgresql/0' });
    const after = { ...memberView({ decision: decided({ epoch: 5 }) }), memory: decideMember(view).memory };
    expect(report(after)).toMatchObject({ refused: 'Lacks WAL up to 0/6000000 of postgresql/0', epoch: 4 });
  });

  test('its copy under way, and from whom', () => {
    expect(report(memberView({ own: absent(), job: job() }))).toMatchObject({
      job: 'clone',
      jobFrom: unit(0),
    });
    expect(report(memberView({ own: absent(), job: job({ state: 'failed' }) }))).toMatchObject({ job: null });
  });
});

const server: ServerFacts = {
  installedMajor: 15,
  state: 'running',
  foreign: [],
  hasData: true,
  damage: null,
  unasked: null,
  unknown: {},
  control: {
    systemIdentifier: system,
    state: 'in production',
    checkpointPosition: '0/4000000',
    checkpointTimeline: 1,
  },
  history: [],
  running: null,
  lastErrors: [],
  walMissing: false,
  files: {},
  startsAtBoot: false,
  standbySignal: false,
} as unknown as ServerFacts;

const session: RunningServer = {
  version: '15.9',
  inRecovery: false,
  timeline: 2,
  position: '0/5000000',
  receivedPosition: null,
  streaming: false,
  upstreamHost: null,
  replayPaused: false,
  slots: [],
  senders: [
    {
      applicationName: 'postgresql_1',
      state: 'streaming',
      flushPosition: '0/4FFFF00',
    },
  ],
  pendingRestart: [],
  unloaded: [],
  accessLoadedAt: null,
  orderedSettings: { max_connections: 100 },
  fileErrors: { settings: [], access: [] },
};

describe('the server’s facts', () => {
  test('of a running primary: its own timeline, not the last checkpoint’s', () => {
    const own = ownServer({ ...server, running: session }, null);
    expect(own).toMatchObject({ timeline: 2, position: '0/5000000', inRecovery: false, endKnown: true });
    expect(own.senders).toEqual([{ slot: 'postgresql_1', streaming: true, lagBytes: 256 }]);
    expect(roleOf(own)).toBe('primary');
  });

  test('of a standby: the end is known once it has asked for more', () => {
    const running = { ...session, inRecovery: true };
    expect(ownServer({ ...server, running: { ...running, replayedAll: false } }, null).endKnown).toBe(false);
    expect(ownServer({ ...server, running: { ...running, replayedAll: true } }, null).endKnown).toBe(true);
    expect(ownServer({ ...server, running: { ...running, receivedPosition: '0/5' } }, null).endKnown).toBe(
      true,
    );
  });

  test('of a server that is down: a position only after a clean stop as a primary', () => {
    const down = { ...server, state: 'down' } as const;
    const at = (state: string) => ({ ...down, control: { ...server.control, state } }) as ServerFacts;
    expect(ownServer(at('shut down'), null)).toMatchObject({ cleanStop: true, position: '0/4000000' });
    expect(ownServer(at('in production'), null)).toMatchObject({ cleanStop: false, position: null });
    expect(ownServer(at('shut down in recovery'), null)).toMatchObject({ cleanStop: false, position: null });
    expect(roleOf(ownServer(at('shut down'), null))).toBe('stopped');
    expect(roleOf(ownServer({ ...at('shut down'), standbySignal: true }, null))).toBe('down');
  });

  test('of an empty directory: no data', () => {
    const own = ownServer({ ...server, state: 'down', hasData: false, control: null }, null);
    expect(own).toMatchObject({ state: 'absent', systemIdentifier: null });
    expect(roleOf(own)).toBe('none');
  });
});
