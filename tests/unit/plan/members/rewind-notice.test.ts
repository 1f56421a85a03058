import { expect, test } from 'vitest';
import { rewoundNotice } from '../../../../src/plan/members/rewind-notice.ts';
import { emptyMemory, type Memory } from '../../../../src/plan/memory.ts';
import type { CopyFacts } from '../../../../src/server/jobs.ts';
import { moment, now, observed } from '../examples/observations.ts';

const job: CopyFacts = {
  job: 'rewind',
  fromUnit: 'postgresql/1',
  lineage: 'postgresql/0@1 postgresql/1@2',
  startedAt: now,
  began: moment,
  phase: 'rewinding',
  bytesDone: null,
  bytesTotal: null,
  discarded: { from: '0/FFFFFF00', to: '1/100' },
  attempts: 1,
  error: null,
  finishedAt: now,
  ended: moment,
  alive: false,
};
const empty = emptyMemory('postgresql/0');
const told = (rewindLogged: string): Memory => ({ ...empty, rewindLogged });
const notice = (seen: CopyFacts | null, before: string, after: string) =>
  rewoundNotice(observed({ server: { job: seen }, rest: { memory: told(before) } }), told(after));

test('a rewind that is done says once how much was only here', () => {
  expect(notice(job, '', now)).toBe(
    'rewound to postgresql/1: up to 512 bytes of WAL that no other unit had are gone (0/FFFFFF00 to 1/100)',
  );
  expect(notice({ ...job, discarded: null }, '', now)).toBe('rewound to postgresql/1: nothing was lost');
  expect(notice(job, now, now)).toBeNull();
  expect(notice({ ...job, error: 'no' }, '', now)).toBeNull();
  expect(notice({ ...job, finishedAt: null }, '', now)).toBeNull();
  expect(notice({ ...job, job: 'clone' }, '', now)).toBeNull();
});
