import { describe, expect, test } from 'vitest';
import { crashDivergence, divergence } from '../../../src/cluster/lineage.ts';
import { contradiction, namesWriter, upToTimeline, withWriter } from '../../../src/cluster/writers.ts';

const switched = { timeline: 1, switchPosition: '0/5000000' };
const second = { timeline: 2, history: [switched] };
const standbyAt = (position: string) => ({ timeline: 1, position, wrote: false, history: [] });
const stoppedAt = (position: string) => ({ ...standbyAt(position), wrote: true });

describe('a server can go on from another’s WAL', () => {
  test('up to the switch, a standby inclusive, a stopped primary exclusive', () => {
    expect(divergence(standbyAt('0/4FFFFFF'), second)).toBeNull();
    expect(divergence(standbyAt('0/5000000'), second)).toBeNull();
    expect(divergence(standbyAt('0/5000001'), second)).toMatchObject({ rewindable: true });
    expect(divergence(stoppedAt('0/4FFFFFF'), second)).toBeNull();
    expect(divergence(stoppedAt('0/5000000'), second)).toMatchObject({ rewindable: true });
  });

  test('not when its timeline is missing from the history', () => {
    const third = { timeline: 3, history: [{ timeline: 1, switchPosition: '0/5000000' }] };
    const own = { timeline: 2, position: '0/6000000', wrote: false, history: [switched] };
    expect(divergence(own, third)?.why).toContain('timeline 2');
  });

  test('not when its timeline is ahead', () => {
    const own = { timeline: 3, position: '0/1', wrote: false, history: [switched] };
    expect(divergence(own, second)).toMatchObject({ rewindable: true });
  });

  test('not when the same number has another past', () => {
    const own = {
      timeline: 2,
      position: '0/5000100',
      wrote: false,
      history: [{ timeline: 1, switchPosition: '0/4000000' }],
    };
    expect(divergence(own, second)).toMatchObject({ rewindable: false });
  });

  test('not when both have written on one timeline, even from one point', () => {
    const own = { timeline: 2, position: '0/5000100', wrote: true, history: [switched] };
    expect(divergence(own, second)).toMatchObject({ rewindable: false });
    expect(divergence({ ...own, wrote: false }, second)).toBeNull();
  });

  test('a crashed primary is rewound only from a lower timeline', () => {
    expect(crashDivergence(1, second).rewindable).toBe(true);
    expect(crashDivergence(2, second).rewindable).toBe(false);
  });
});

describe('who wrote a timeline', () => {
  const lineage = 'postgresql/0@1 postgresql/1@2';

  test('is noted once, without timelines that are not in the past', () => {
    expect(withWriter(null, 1, 'postgresql/0')).toBe('postgresql/0@1');
    expect(withWriter('postgresql/0@1', 2, 'postgresql/1')).toBe(lineage);
    expect(withWriter(lineage, 2, 'postgresql/7')).toBe(lineage);
    expect(withWriter(lineage, 1, 'postgresql/7')).toBe('postgresql/0@1');
    expect(withWriter('postgresql/9@10', 9, 'postgresql/1')).toBe('postgresql/1@9');
  });

  test('tells servers apart that have the same timeline and the same history', () => {
    expect(contradiction(lineage, 'postgresql/0@1 postgresql/2@2 postgresql/0@3')).toBe(2);
    expect(contradiction(lineage, `${lineage} postgresql/0@3`)).toBeNull();
    expect(contradiction(null, lineage)).toBeNull();
    expect(contradiction('nonsense x@y', lineage)).toBeNull();
  });

  test('counts only as far as the data has come', () => {
    expect(upToTimeline(`${lineage} postgresql/2@3`, 2)).toBe(lineage);
    expect(upToTimeline('', 2)).toBe('');
  });

  test('may be unknown', () => {
    expect(namesWriter(lineage, 2)).toBe(true);
    expect(namesWriter(lineage, 3)).toBe(false);
    expect(namesWriter(null, 1)).toBe(false);
  });
});
