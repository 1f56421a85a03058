import { expect, test } from 'vitest';
import { encodeDecision } from '../../../../src/cluster/bags/decision.ts';
import { encodeMember } from '../../../../src/cluster/bags/member.ts';
import { memberView } from '../../../../src/plan/members/member-view.ts';
import { readPeers } from '../../../../src/plan/members/peers.ts';
import { emptyMemory } from '../../../../src/plan/memory.ts';
import { makePlan, stepsOf } from '../../../../src/plan/plan.ts';
import type { CopyFacts } from '../../../../src/server/jobs.ts';
import { said } from '../../cluster/examples.ts';
import { known, means, moment, named, now, observed, peerFacts } from '../examples/observations.ts';

const primary = said(1, { role: 'primary', timeline: 2, streamingFrom: null, epoch: 1 });
const bag = encodeMember({ ...primary, lineage: 'postgresql/0@1 postgresql/1@2' });
const before: CopyFacts = {
  job: 'clone',
  fromUnit: 'postgresql/2',
  lineage: 'postgresql/2@1',
  startedAt: now,
  began: moment,
  phase: 'done',
  bytesDone: 1,
  bytesTotal: 1,
  discarded: null,
  attempts: 1,
  error: null,
  finishedAt: now,
  ended: moment,
  alive: false,
};
const bare = observed({
  juju: {
    leader: false,
    peer: peerFacts(
      { credentials: 'secret:abc', decision: encodeDecision(named('postgresql/1')) },
      { members: { 'postgresql/1': bag } },
    ),
  },
  server: { installedMajor: 15, job: before },
  rest: { credentials: known },
});

test('a clone is started with the lineage it was asked for', () => {
  const start = stepsOf(makePlan(bare, means, [])).find(({ kind }) => kind === 'job.start');
  expect(start).toMatchObject({
    request: { job: 'clone', fromUnit: 'postgresql/1', lineage: 'postgresql/0@1 postgresql/1@2' },
  });
});

test('killed before a new job has begun, the one before keeps its own lineage', () => {
  const remembered = makePlan(bare, means, []).memory;
  const killed = { ...bare, memory: remembered };
  expect(memberView(killed, readPeers(killed.juju), false).job).toMatchObject({
    state: 'done',
    lineage: 'postgresql/2@1',
  });
  expect(JSON.stringify(remembered)).not.toContain('postgresql/1@2');
  expect(Object.keys(remembered)).toEqual(Object.keys(emptyMemory('postgresql/0')));
});
