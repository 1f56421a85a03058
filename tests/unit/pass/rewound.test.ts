import { expect, test } from 'vitest';
import { emptyMemory, type Memory } from '../../../src/pass/memory.ts';
import { rewoundNotice } from '../../../src/pass/rewound.ts';
import type { JobFacts } from '../../../src/server/facts.ts';
import { now, observed } from './examples/observations.ts';

const job: JobFacts = {
  job: 'rewind',
  fromUnit: 'postgresql/1',
  lineage: 'postgresql/0@1 postgresql/1@2',
  startedAt: now,
  waitsFor: null,
  phase: 'rewinding',
  bytesDone: null,
  bytesTotal: null,
  discarded: { from: '0/FFFFFF00', to: '1/100' },
  attempts: 1,
  error: null,
  finishedAt: now,
  alive: false,
};
const empty = emptyMemory('postgresql/0');
const half = (halfRewound: boolean): Memory => ({
  ...empty,
  cluster: { ...empty.cluster, halfRewound },
});
const notice = (seen: JobFacts | null, before: boolean, after: boolean) =>
  rewoundNotice(observed({ server: { job: seen }, rest: { memory: half(before) } }), half(after));

test('a rewind that is done says once how much was only here', () => {
  expect(notice(job, true, false)).toBe(
    'rewound to postgresql/1: up to 512 bytes of WAL that no other unit had are gone (0/FFFFFF00 to 1/100)',
  );
  expect(notice({ ...job, discarded: null }, true, false)).toBe('rewound to postgresql/1: nothing was lost');
  expect(notice(job, false, false)).toBeNull();
  expect(notice(job, true, true)).toBeNull();
  expect(notice({ ...job, job: 'clone' }, true, false)).toBeNull();
});
