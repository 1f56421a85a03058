import { describe, expect, test } from 'vitest';
import { makePlan, stepsOf } from '../../../src/plan/plan.ts';
import type { ClaimState } from '../../../src/server/claim.ts';
import { means, observed } from './examples/observations.ts';

const planned = (claim: ClaimState, hook = 'install', juju = {}) => {
  const seen = observed({ hook, juju: { portOpen: false, ...juju }, rest: { claim } });
  return makePlan({ ...seen, event: { ...seen.event, model: 'this one' } }, means, []);
};

describe('before the machine is this unit’s', () => {
  test('it is claimed, and nothing else is done', () => {
    const claim = { model: 'this one', unit: 'postgresql/0' };
    expect(stepsOf(planned({ kind: 'free' }))).toMatchObject([{ kind: 'machine.claim', claim, from: null }]);
    expect(stepsOf(planned({ kind: 'former' }))).toMatchObject([{ kind: 'machine.claim', from: null }]);
    expect(stepsOf(planned({ kind: 'left', by: 'other/0' }))).toMatchObject([
      { kind: 'machine.claim', claim, from: 'other/0' },
    ]);
  });

  test('one that belongs to a unit that lives is left alone, with a word and the way out', () => {
    const plan = planned({ kind: 'taken', by: 'other/0' });
    expect(stepsOf(plan)).toEqual([]);
    expect(plan.status).toEqual({
      state: 'blocked',
      message:
        'PostgreSQL on this machine belongs to other/0: remove this unit (juju remove-unit postgresql/0) ' +
        'and add one on another machine, or remove other/0 first',
    });
    expect(stepsOf(planned({ kind: 'taken', by: 'other/0' }, 'remove', { leaving: true }))).toEqual([]);
  });
});

describe('the last hook of a unit', () => {
  test('leaves the machine when all else is done, and claims it no more', () => {
    const last = planned({ kind: 'own' }, 'remove', { leaving: true, portOpen: true });
    expect(stepsOf(last).map(({ kind }) => kind)).toEqual(['machine.release']);
    expect(stepsOf(planned({ kind: 'free' }, 'remove', { leaving: true }))).toEqual([]);
  });

  test('is remove: the one before it leaves all as it is', () => {
    expect(stepsOf(planned({ kind: 'own' }, 'stop', { leaving: true, portOpen: true }))).toEqual([]);
  });
});
