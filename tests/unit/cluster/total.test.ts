import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideLeader } from '../../../src/cluster/leader.ts';
import { decideMember } from '../../../src/cluster/member.ts';
import type { Decision, MemberFacts } from '../../../src/cluster/member-facts.ts';
import { memberReport } from '../../../src/cluster/report.ts';
import type { MemberView } from '../../../src/cluster/view.ts';
import {
  decided,
  job,
  leaderView,
  member,
  memberView,
  memory,
  said,
  standby,
  system,
  unit,
} from './examples.ts';

const number = fc.integer({ min: 0, max: 3 });
const name = number.map(unit);
const epoch = fc.integer({ min: 1, max: 5 });
const timeline = fc.integer({ min: 1, max: 3 });
const position = fc.option(fc.constantFrom('0/4000000', '0/FF000000', '1/0'));
const data = fc.constantFrom(system, '8', null);
const flag = fc.boolean();

const decision: fc.Arbitrary<Decision> = fc
  .record({
    epoch,
    kind: fc.constantFrom('primary' as const, 'freeze' as const, 'handover' as const),
    primary: name,
    target: name,
    previous: name,
    requiredPosition: position,
    excluded: fc.uniqueArray(name, { maxLength: 2 }),
    systemIdentifier: data,
  })
  .map((drawn) =>
    decided({
      ...drawn,
      primary: drawn.kind === 'freeze' ? null : drawn.primary,
      target: drawn.kind === 'handover' ? drawn.target : null,
    }),
  );

const facts: fc.Arbitrary<MemberFacts> = fc
  .tuple(
    number,
    fc.record({
      role: fc.constantFrom('none', 'primary', 'standby', 'stopped', 'down', 'starting'),
      systemIdentifier: data,
      timeline: fc.option(timeline),
      position,
      streamingFrom: fc.option(name),
      epoch,
      refused: fc.option(fc.constant('no')),
      unfenced: fc.option(fc.constant('no')),
      leaving: flag,
    }),
  )
  .map(([which, change]) => said(which, change as Partial<MemberFacts>));

const members = fc
  .uniqueArray(facts, { maxLength: 4, selector: (one) => one.unit })
  .chain((all) =>
    fc.tuple(...all.map((one) => flag.map((dying) => member(one, { dying })))).map((list) => [...list]),
  );

const own = fc
  .record({
    state: fc.constantFrom('absent' as const, 'down' as const, 'starting' as const, 'running' as const),
    systemIdentifier: data,
    timeline: fc.option(timeline),
    position,
    inRecovery: flag,
    cleanStop: flag,
    endKnown: flag,
    standbySignal: flag,
    follows: fc.option(fc.constantFrom('10.0.0.0', '10.0.0.2')),
    streaming: flag,
    walMissing: flag,
  })
  .map((change) => standby(change));

const view: fc.Arbitrary<MemberView> = fc
  .record({
    decision: fc.option(decision),
    others: members.map((all) => all.filter((other) => other.unit !== unit(1))),
    own,
    dying: flag,
    lastChance: flag,
    heldSeconds: fc.constantFrom(0, 59, 400),
    fence: fc.record({ isNeeded: flag, isAlive: flag, problem: fc.option(fc.constant('no')) }),
    canRewind: flag,
    memory: fc
      .record({ seenEpoch: epoch, doneEpoch: epoch, halfRewound: flag, refused: fc.option(epoch) })
      .map(({ refused, ...rest }) =>
        memory({ ...rest, refused: refused === null ? null : { epoch: refused, why: 'no' } }),
      ),
    job: fc.option(
      fc
        .record({
          name: fc.constantFrom('clone' as const, 'rewind' as const),
          state: fc.constantFrom('running' as const, 'failed' as const, 'done' as const),
        })
        .map((change) => job(change)),
    ),
  })
  .map((change) => memberView(change));

test('whatever a member sees, it has a rule, words for it, and breaks no law', () => {
  fc.assert(
    fc.property(view, (seen) => {
      const outcome = decideMember(seen);
      const { goal } = outcome;
      expect(outcome.rule).toBeGreaterThan(200);
      expect(outcome.status.message).not.toMatch(/^$|undefined|null/);
      const writes = goal.kind === 'create' || goal.kind === 'run-primary' || goal.kind === 'promote';
      if (writes) {
        expect(seen.decision).toMatchObject({ kind: 'primary', primary: seen.unit });
        expect(seen.decision?.epoch).toBeGreaterThanOrEqual(seen.memory.seenEpoch);
        expect(seen.dying).toBe(false);
      }
      if (goal.kind === 'create') expect(seen.own.state).toBe('absent');
      if (outcome.clientRole === 'primary') expect(seen.own.inRecovery).toBe(false);
      expect(outcome.memory.seenEpoch).toBeGreaterThanOrEqual(seen.memory.seenEpoch);
      expect(memberReport(seen, outcome).unit).toBe(seen.unit);
    }),
    { numRuns: 3000 },
  );
});

test('whatever the leader sees, it has a rule and words, and its decisions are well formed', () => {
  const leader = fc
    .record({
      decision: fc.option(decision),
      members: members.map((all) =>
        all.some((one) => one.unit === unit(1)) ? all : [...all, member(said(1))],
      ),
      departedPrimary: fc.option(facts),
      primaryAnswers: fc.option(flag),
      primaryRemains: flag,
      decisionAgeSeconds: fc.constantFrom(0, 500),
    })
    .map((change) => leaderView(change));
  fc.assert(
    fc.property(leader, (seen) => {
      const outcome = decideLeader(seen);
      expect(outcome.rule).toBeGreaterThan(100);
      expect(outcome.status.message).not.toMatch(/^$|undefined|null/);
      const { decision: written } = outcome;
      if (written === null) return;
      expect(written.epoch).toBe((seen.decision?.epoch ?? 0) + 1);
      expect(written.kind === 'freeze').toBe(written.primary === null);
      expect(written.kind === 'handover').toBe(false);
      const named = seen.members.find((one) => one.unit === written.primary);
      if (written.primary !== seen.decision?.primary && written.primary !== null) {
        expect(named?.dying).toBe(false);
      }
    }),
    { numRuns: 3000 },
  );
});
