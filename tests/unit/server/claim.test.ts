import { describe, expect, test } from 'vitest';
import { type ClaimTraces, judgeClaim } from '../../../src/server/claim.ts';

const model = 'b6f3c1e0-0000-4000-8000-000000000001';
const unit = 'postgresql/0';
const own = { model, unit };
const empty: ClaimTraces = { claim: null, notes: null, agentSinceMs: 1000, agents: [unit] };

const judged = (traces: Partial<ClaimTraces>, hook = 'install') =>
  judgeClaim({ ...empty, ...traces }, own, hook);

describe('a claim', () => {
  test('of this unit in this model is its own', () => {
    expect(judged({ claim: own })).toEqual({ kind: 'own' });
  });

  test('of another unit holds while its agent is on the machine', () => {
    const claim = { model, unit: 'other/0' };
    expect(judged({ claim, agents: [unit, 'other/0'] })).toEqual({ kind: 'taken', by: 'other/0' });
    expect(judged({ claim })).toEqual({ kind: 'left', by: 'other/0' });
  });

  test('of a unit of the same name in another model is one of a unit that is gone', () => {
    expect(judged({ claim: { model: 'another', unit } })).toEqual({
      kind: 'left',
      by: 'postgresql/0 of model another',
    });
  });

  test('is not needed where nothing is', () => {
    expect(judged({})).toEqual({ kind: 'free' });
  });
});

describe('notes from before there were claims', () => {
  const notes = { unit, writtenMs: 2000 };

  test('are those of a unit that has run here before: it is upgraded, or they are younger than its agent', () => {
    expect(judged({ notes }, 'config-changed')).toEqual({ kind: 'former' });
    expect(judged({ notes: { unit, writtenMs: 500 } }, 'upgrade-charm')).toEqual({ kind: 'former' });
    expect(judged({ notes: { unit: null, writtenMs: 2000 } }, 'start')).toEqual({ kind: 'former' });
  });

  test('are another one’s where they are older than the agent, whatever their name', () => {
    expect(judged({ notes: { unit, writtenMs: 500 } }).kind).toBe('left');
    expect(judged({ notes, agentSinceMs: null }).kind).toBe('left');
  });

  test('of another unit are never adopted', () => {
    const others = { unit: 'other/0', writtenMs: 2000 };
    expect(judged({ notes: others }, 'upgrade-charm')).toEqual({ kind: 'left', by: 'other/0' });
    expect(judged({ notes: others, agents: [unit, 'other/0'] }, 'upgrade-charm')).toEqual({
      kind: 'taken',
      by: 'other/0',
    });
  });
});
