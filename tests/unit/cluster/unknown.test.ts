import { describe, expect, test } from 'vitest';
import { decideMember } from '../../../src/cluster/member.ts';
import { ownServer } from '../../../src/cluster/own-server.ts';
import { memberReport } from '../../../src/cluster/report.ts';
import type { MemberView } from '../../../src/cluster/view.ts';
import { absentServer } from '../../../src/server/absent-server.ts';
import type { ServerFacts } from '../../../src/server/server-facts.ts';
import {
  crashed,
  cut,
  damaged,
  decided,
  frozen,
  job,
  memberView,
  memory,
  primaryView,
  said,
  stopped,
  system,
  unasked,
  unit,
  unreadable,
} from './examples.ts';

const report = (view: MemberView) => memberReport(view, decideMember(view));
const asPrimary = said(0, { timeline: 2, history: [{ timeline: 1, switchPosition: '0/4000000' }] });

describe('a server that lives and cannot be asked', () => {
  const view = primaryView({ own: unasked('primary', { timeline: 1 }), published: asPrimary });

  test('keeps its role for clients and what it has published', () => {
    expect(decideMember(view).clientRole).toBe('primary');
    expect(report(view)).toMatchObject({ role: 'primary', timeline: 2, history: asPrimary.history });
    const following = memberView({ own: unasked('standby'), published: said(1) });
    expect(decideMember(following).clientRole).toBe('standby');
    expect(report(following)).toMatchObject({ role: 'standby', streamingFrom: unit(0) });
  });

  test('is what it was published as when nothing on disk tells', () => {
    const untold = { ...view, own: unasked(null) };
    expect(decideMember(untold).clientRole).toBe('primary');
    expect(report(untold).role).toBe('primary');
    expect(decideMember({ ...untold, published: null }).clientRole).toBeNull();
    expect(report({ ...untold, published: null }).role).toBe('starting');
  });

  test('is published as pg_control has it when it was promoted a moment ago', () => {
    const promoted = unasked('primary', { timeline: 1, history: asPrimary.history });
    expect(report({ ...view, own: promoted, published: said(0, { role: 'standby' }) })).toMatchObject({
      role: 'primary',
      timeline: 2,
    });
  });

  test('is nothing for clients when another is named', () => {
    const overruled = { ...view, decision: decided({ epoch: 4, primary: unit(1) }) };
    expect(decideMember(overruled)).toMatchObject({ clientRole: null, goal: { kind: 'stop' } });
  });

  test('says so, and what it was', () => {
    expect(decideMember(view).status).toEqual({
      state: 'active',
      message: 'Live master (15.9); the server cannot be asked: 10 of 10 connections are in use',
    });
  });

  test('keeps the position it has reported under a freeze, and does not report one it has not', () => {
    const still = memberView({
      decision: frozen({ epoch: 4 }),
      own: unasked('standby'),
      memory: memory({ doneEpoch: 4, seenEpoch: 4 }),
      published: cut(1, '0/5000000', { epoch: 4 }),
    });
    expect(report(still)).toMatchObject({ position: '0/5000000', epoch: 4 });
    const late = { ...still, memory: memory(), published: said(1) };
    expect(report(late)).toMatchObject({ position: null, epoch: 3 });
  });

  test('leaves without being taken for a standby', () => {
    const leaving = { ...view, dying: true };
    expect(decideMember(leaving)).toMatchObject({ rule: 203, goal: { kind: 'hold' }, clientRole: null });
    expect(decideMember({ ...leaving, lastChance: true }).goal.kind).toBe('stop');
  });
});

describe('data that cannot be read, or is damaged', () => {
  test('is not taken for absent: the system it belongs to stays published', () => {
    const facts: ServerFacts = {
      ...absentServer,
      state: 'down',
      hasData: true,
      unknown: { control: 'it belongs to account 4711' },
    };
    expect(ownServer(facts, null, system)).toMatchObject({ state: 'down', systemIdentifier: system });
    const own = unreadable();
    expect(report(memberView({ own, published: said(1) }))).toMatchObject({ role: 'down', timeline: 1 });
    expect(decideMember(memberView({ own })).status).toEqual({
      state: 'blocked',
      message: 'Its data cannot be read: it belongs to account 4711',
    });
  });

  test('a clean stop that was published stays published', () => {
    const clean = said(0, { role: 'stopped', position: '0/5000028' });
    expect(report(primaryView({ own: unreadable(), published: clean }))).toMatchObject({
      role: 'stopped',
      position: '0/5000028',
    });
  });

  test('that is damaged belongs to no system: it does not count among the holders', () => {
    const facts: ServerFacts = {
      ...absentServer,
      state: 'down',
      hasData: true,
      damage: 'PG_VERSION is missing',
    };
    expect(ownServer(facts, null, system).systemIdentifier).toBeNull();
    expect(decideMember(memberView({ own: damaged() })).status.message).toBe(
      'Its data is damaged (global/pg_control holds 0 of 8192 bytes): re-cloning from postgresql/0',
    );
    expect(decideMember(primaryView({ own: damaged() })).status.message).toContain(
      'with the action failover',
    );
  });

  test('of a unit that was to take over: it gives way, and one that was primary does not', () => {
    const heir = decided({ primary: unit(1), previous: unit(0), requiredPosition: '0/5000028' });
    const view = memberView({ decision: heir, own: damaged(), memory: memory({ doneEpoch: 2 }) });
    expect(decideMember(view).memory.refused?.epoch).toBe(3);
    expect(decideMember({ ...view, memory: memory() }).memory.refused).toBeNull();
  });
});

test('a rewind of which it is not known how it ended has not ended well', () => {
  const half = { own: crashed({ standbySignal: true }), memory: memory({ halfRewound: true }) };
  expect(decideMember(memberView({ ...half, job: null })).memory.halfRewound).toBe(false);
  const unknown = decideMember(memberView({ ...half, job: null, jobUnknown: 'job.json is damaged' }));
  expect(unknown).toMatchObject({ goal: { kind: 'clone' }, status: { state: 'maintenance' } });
  const done = job({ name: 'rewind', state: 'done' });
  expect(decideMember(memberView({ ...half, own: stopped(), job: done })).memory.halfRewound).toBe(false);
});
