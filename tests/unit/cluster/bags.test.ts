import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeDecision, encodeDecision } from '../../../src/cluster/bags/decision.ts';
import { decodeMember, encodeMember } from '../../../src/cluster/bags/member.ts';
import { cut, empty, frozen, handingOver, said } from './examples.ts';

const full = said(2, {
  timeline: 3,
  position: 'FF/1',
  history: [
    { timeline: 1, switchPosition: '0/5000000' },
    { timeline: 2, switchPosition: '0/6000000' },
  ],
  refused: 'Lacks WAL',
  unfenced: 'Permission denied',
  leaving: true,
  job: 'clone',
  jobFrom: 'postgresql/0',
  primaryPosition: 'FF/2',
  lineage: 'postgresql/0@1 postgresql/2@2',
  settings: { max_connections: 200 },
  manual: { epoch: 3, ended: true },
  sendingTo: ['postgresql/0', 'postgresql/1'],
  problem: 'PostgreSQL does not start: FATAL: x',
  looked: '2026-01-01T00:00:00Z',
});
const alone = said(0, { sendingTo: [] });

/** Absent and null mean the same. */
const plain = (facts: object): unknown => ({
  jobFrom: null,
  lineage: null,
  primaryPosition: null,
  settings: {},
  manual: null,
  sendingTo: null,
  problem: null,
  looked: null,
  ...facts,
});

describe('a unit bag', () => {
  test.each([said(0), said(1), empty(1), cut(1, '0/5'), alone, full])(
    'is read as it was written',
    (facts) => {
      const { facts: read, problem } = decodeMember(facts.unit, encodeMember(facts));
      expect(problem).toBeNull();
      expect(read).toEqual(plain(facts));
    },
  );

  test('says nothing before the first pass', () => {
    const bag = { 'ingress-address': '10.0.0.1', 'egress-subnets': '10.0.0.1/32' };
    expect(decodeMember('postgresql/1', bag)).toEqual({ facts: null, problem: null });
  });

  test.each([
    ['role', 'king'],
    ['port', 'x'],
    ['epoch', '-1'],
    ['timeline', '1.5'],
    ['position', '0/GG'],
    ['primary-position', '12'],
    ['history', '[[1]]'],
    ['history', '{"a":1}'],
  ])('with a wrong %s is a problem that names it', (key, word) => {
    const { facts, problem } = decodeMember('postgresql/1', { ...encodeMember(full), [key]: word });
    expect(facts).toBeNull();
    expect(problem).toContain(`cannot read ${key}=`);
  });

  test('of any text is read without an exception', () => {
    const keys = fc.constantFrom(...Object.keys(encodeMember(full)), 'x');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.string()), (bag) => {
        const { facts, problem } = decodeMember('postgresql/1', { role: 'standby', ...bag });
        expect(facts === null).toBe(problem !== null || (bag['role'] ?? 'standby') === '');
      }),
    );
  });
});

describe('a decision', () => {
  test.each([
    frozen(),
    handingOver({ requiredPosition: '0/5', excluded: ['postgresql/4'], lossBytes: '64' }),
  ])('is read as it was written', (decision) => {
    expect(decodeDecision(encodeDecision(decision))).toEqual({
      decision: { requiredTimeline: null, ...decision },
      problem: null,
    });
  });

  test('may be missing', () => {
    expect(decodeDecision(undefined)).toEqual({ decision: null, problem: null });
    expect(decodeDecision('')).toEqual({ decision: null, problem: null });
  });

  test.each([
    'x',
    '[]',
    '{}',
    '{"epoch":0,"kind":"freeze"}',
    '{"epoch":1,"kind":"coup"}',
    '{"epoch":1,"kind":"primary"}',
    '{"epoch":1,"kind":"primary","primary":"postgresql/0","requiredPosition":"?"}',
  ])('that reads %s is a problem, not a missing decision', (text) => {
    const { decision, problem } = decodeDecision(text);
    expect(decision).toBeNull();
    expect(problem).not.toBeNull();
  });

  test('of any text is read without an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        decodeDecision(text);
      }),
    );
  });
});
