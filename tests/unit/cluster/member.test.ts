import { describe, expect, test } from 'vitest';
import type { Goal } from '../../../src/cluster/goal.ts';
import { decideMember, memberRules } from '../../../src/cluster/member.ts';
import { memberReport } from '../../../src/cluster/report.ts';
import type { MemberView } from '../../../src/cluster/view.ts';
import {
  absent,
  crashed,
  damaged,
  decided,
  empty,
  frozen,
  handingOver,
  job,
  member,
  memberView,
  memory,
  primaryView,
  running,
  said,
  standby,
  stopped,
  unasked,
  unit,
  unreadable,
} from './examples.ts';

const mine = decided({ primary: unit(1), previous: unit(0), requiredPosition: '0/5000028' });
const ahead = said(0, { timeline: 2, history: [{ timeline: 1, switchPosition: '0/4000000' }] });
const divergedFrom = [member(ahead), member(said(2))];
const noData = [member(empty(0)), member(empty(2))];
const fresh = memory({ systemIdentifier: null });
const refusedNow = memory({ refused: { epoch: 3, why: 'Lacks WAL' } });
const failed = job({ state: 'failed', error: 'connection refused', retryInSeconds: 20 });
const busy = [member(said(0)), ...[2, 3].map((n) => member(empty(n, { jobFrom: unit(0) })))];
const lag = (bytes: number) =>
  running({ senders: [{ slot: 'postgresql_1', streaming: true, lagBytes: bytes }] });

const noFence = { isNeeded: true, isAlive: false, problem: null };
const brokenFence = { ...noFence, problem: 'systemd-run: Permission denied' };
const unneeded = { ...noFence, isNeeded: false };

/** Rule → a view it speaks on, and the goal it sets. */
/** Server after a rewind, and what is known in the pass that it wakes. */
const rewoundServer = standby({ state: 'down', position: null, streaming: false, endKnown: false });
const rewound = {
  memory: memory({ halfRewound: true }),
  job: job({ name: 'rewind', state: 'done', lineage: `${unit(0)}@2` }),
} as const;

const halfRewound = { ...rewound, job: job({ name: 'rewind', state: 'failed' }) } as const;

const away = { volumeAway: 'nothing is mounted at /srv/pgdata/0: mount its volume again' };

const examples: readonly (readonly [rule: number, goal: Goal['kind'], view: MemberView])[] = [
  [255, 'stop', memberView({ own: running(away) })],
  [255, 'stop', memberView({ own: standby(away), manual: true })],
  [255, 'stop', memberView({ own: unasked('standby', away), dying: true })],
  [256, 'stop', memberView({ volumeGoes: true, own: running() })],
  [201, 'hold', memberView({ manual: true, own: running() })],
  [201, 'resume', memberView({ manual: true, booted: true, own: stopped({ standbySignal: true }) })],
  [201, 'resume', memberView({ manual: true, booted: true, own: stopped(), decision: mine, others: noData })],
  [201, 'hold', memberView({ manual: true, booted: true, own: stopped(), decision: mine })],
  [200, 'hold', memberView({ memory: memory({ manualEpoch: 3 }), own: running() })],
  [
    200,
    'hold',
    memberView({ others: [member(said(0, { manual: { epoch: 3, ended: true } }))], own: stopped() }),
  ],
  [202, 'hold', memberView({ version: null, own: absent() })],
  [203, 'hold', primaryView({ dying: true, own: running() })],
  [204, 'stop', primaryView({ dying: true })],
  [204, 'stop', primaryView({ dying: true, own: running(), decision: mine })],
  [204, 'stop', primaryView({ dying: true, own: running(), lastChance: true })],
  [204, 'stop', primaryView({ dying: true, own: running(), others: [] })],
  [205, 'hold', memberView({ decision: null })],
  [206, 'hold', memberView({ decision: decided({ epoch: 2, primary: unit(1) }), own: stopped() })],
  [207, 'stop', memberView({ own: running({ systemIdentifier: '8' }) })],
  [207, 'hold', memberView({ own: stopped({ systemIdentifier: '8' }) })],
  [257, 'hold', primaryView({ own: stopped({ systemIdentifier: '8' }) })],
  [
    208,
    'hold',
    memberView({
      decision: mine,
      own: unasked('standby'),
      heldSeconds: 30,
      memory: memory({ doneEpoch: 2 }),
    }),
  ],
  [208, 'hold', memberView({ decision: frozen(), own: unreadable(), heldSeconds: 300 })],
  [208, 'hold', primaryView({ decision: handingOver(), own: unasked('primary'), heldSeconds: 60 })],
  [209, 'hold', primaryView({ own: unasked('primary') })],
  [209, 'hold', memberView({ own: unasked('standby') })],
  [209, 'hold', memberView({ own: unreadable() })],
  [209, 'freeze', memberView({ decision: frozen(), own: unasked('standby') })],
  [210, 'hold', memberView({ decision: mine, memory: refusedNow })],
  [211, 'hold', memberView({ decision: { ...mine, systemIdentifier: null }, own: absent(), memory: fresh })],
  [212, 'hold', memberView({ decision: mine, own: absent() })],
  [212, 'hold', memberView({ decision: mine, own: absent(), others: noData })],
  [213, 'hold', memberView({ decision: mine, own: crashed(), ...halfRewound })],
  [
    214,
    'create',
    memberView({
      decision: decided({ primary: unit(1), systemIdentifier: null }),
      own: absent(),
      others: noData,
      memory: fresh,
    }),
  ],
  [229, 'hold', primaryView({ own: damaged() })],
  [229, 'hold', memberView({ decision: mine, own: damaged(), memory: memory({ doneEpoch: 2 }) })],
  [215, 'stop', memberView({ decision: mine, own: running(), others: divergedFrom })],
  [216, 'run-primary', primaryView()],
  [252, 'hold', memberView({ decision: decided({ primary: unit(1) }), fence: noFence })],
  [253, 'hold', memberView({ decision: decided({ primary: unit(1) }), fence: brokenFence })],
  [253, 'hold', memberView({ decision: decided({ primary: unit(1) }), fence: noFence, heldSeconds: 30 })],
  [217, 'promote', memberView({ decision: decided({ primary: unit(1) }), fence: unneeded })],
  [217, 'promote', memberView({ decision: mine, own: standby({ position: '0/50000A0' }) })],
  [217, 'promote', memberView({ decision: decided({ primary: unit(1) }), own: standby() })],
  [216, 'run-primary', primaryView({ fence: brokenFence })],
  [254, 'hold', primaryView({ own: crashed(), fence: noFence })],
  [254, 'hold', primaryView({ own: crashed(), fence: brokenFence, heldSeconds: 300 })],
  [218, 'run-primary', primaryView({ own: crashed(), fence: unneeded })],
  [218, 'run-primary', primaryView({ own: crashed() })],
  [219, 'hold', memberView({ decision: mine, own: crashed(), memory: memory({ doneEpoch: 2 }) })],
  [220, 'hold', memberView({ decision: mine, own: standby({ position: '0/5000028' }) })],
  [220, 'freeze', memberView({ decision: mine, own: standby({ state: 'down' }) })],
  [221, 'hold', memberView({ decision: mine, own: standby({ position: '0/5000028' }), heldSeconds: 30 })],
  [222, 'hold', memberView({ decision: mine, own: standby({ state: 'starting' }), heldSeconds: 30 })],
  [222, 'freeze', memberView({ decision: mine, own: standby({ state: 'down' }), heldSeconds: 30 })],
  [223, 'hold', primaryView({ decision: handingOver(), memory: refusedNow })],
  [224, 'stop', primaryView({ decision: handingOver(), own: lag(100) })],
  [225, 'hold', primaryView({ decision: handingOver(), own: lag(2 ** 30) })],
  [
    225,
    'hold',
    primaryView({
      decision: handingOver(),
      own: lag(100),
      others: [member(said(1), { answers: false }), member(said(2))],
    }),
  ],
  [
    225,
    'hold',
    primaryView({
      decision: handingOver(),
      own: lag(100),
      others: [member(said(1, { unfenced: 'no' })), member(said(2))],
    }),
  ],
  [226, 'hold', primaryView({ decision: handingOver(), own: lag(2 ** 30), heldSeconds: 60 })],
  [227, 'hold', primaryView({ decision: handingOver(), own: stopped() })],
  [228, 'hold', primaryView({ decision: handingOver(), own: crashed() })],
  [230, 'stop', memberView({ own: running() })],
  [230, 'stop', primaryView({ decision: frozen() })],
  [230, 'stop', memberView({ own: unasked('primary') })],
  [230, 'stop', memberView({ decision: frozen(), own: unasked(null) })],
  [237, 'stop', memberView({ own: crashed({ state: 'starting' }) })],
  [
    237,
    'stop',
    primaryView({ own: crashed({ state: 'starting' }), decision: frozen({ excluded: [unit(0)] }) }),
  ],
  [234, 'hold', primaryView({ own: crashed({ state: 'starting' }), decision: frozen() })],
  [235, 'hold', memberView({ decision: handingOver(), fence: brokenFence })],
  [242, 'hold', memberView({ decision: handingOver(), fence: noFence })],
  [237, 'stop', memberView({ own: crashed({ restarts: true }) })],
  [231, 'hold', memberView({ decision: frozen(), own: absent() })],
  [232, 'hold', memberView({ decision: frozen(), own: crashed(), ...halfRewound })],
  [232, 'hold', memberView({ decision: frozen(), own: standby({ state: 'starting' }), heldSeconds: 300 })],
  [232, 'hold', memberView({ decision: frozen(), own: damaged() })],
  [233, 'freeze', memberView({ decision: frozen() })],
  [233, 'freeze', memberView({ decision: frozen(), own: standby({ state: 'down' }) })],
  [233, 'freeze', memberView({ decision: frozen(), own: crashed() })],
  [234, 'hold', memberView({ decision: frozen({ excluded: [unit(1)] }), own: crashed() })],
  [234, 'hold', memberView({ decision: frozen(), own: stopped() })],
  [240, 'hold', memberView({ own: absent(), job: job({ progress: '42% of 1.2 GiB' }) })],
  [236, 'hold', memberView({ own: damaged(), others: [member(said(0, { role: 'starting' }))] })],
  [241, 'freeze', memberView({ decision: handingOver(), own: standby({ state: 'down' }) })],
  [242, 'hold', memberView({ decision: handingOver() })],
  [242, 'hold', memberView({ own: absent(), others: noData })],
  [243, 'hold', memberView({ own: standby({ state: 'starting' }) })],
  [244, 'hold', memberView({ own: absent(), job: failed })],
  [244, 'hold', memberView({ own: rewoundServer, ...rewound, job: { ...failed, name: 'rewind' } })],
  [245, 'hold', memberView({ own: absent(), others: busy })],
  [246, 'clone', memberView({ own: absent() })],
  [251, 'clone', memberView({ own: damaged() })],
  [247, 'clone', memberView({ own: standby({ walMissing: true, streaming: false }) })],
  [248, 'clone', memberView({ own: stopped(), others: divergedFrom, canRewind: false })],
  [
    248,
    'clone',
    memberView({ own: stopped(), others: divergedFrom, job: job({ name: 'rewind', state: 'failed' }) }),
  ],
  [248, 'clone', memberView({ own: crashed({ timeline: 2 }), others: divergedFrom })],
  [248, 'clone', memberView({ own: stopped() })],
  [248, 'clone', memberView({ decision: decided({ excluded: [unit(1)] }) })],
  [248, 'clone', memberView({ own: stopped(), others: divergedFrom, ...rewound })],
  [
    248,
    'clone',
    memberView({ own: rewoundServer, ...rewound, job: job({ name: 'rewind', state: 'failed' }) }),
  ],
  [249, 'rewind', memberView({ own: stopped(), others: divergedFrom })],
  // The password file was written first, or the hook was killed before the job began: its state is none, or that of one before.
  [249, 'rewind', memberView({ own: stopped(), others: divergedFrom, ...rewound, job: null })],
  [
    249,
    'rewind',
    memberView({ own: stopped(), others: divergedFrom, ...rewound, job: job({ state: 'done' }) }),
  ],
  [249, 'rewind', memberView({ own: crashed(), others: divergedFrom })],
  [249, 'rewind', memberView({ others: divergedFrom })],
  [250, 'follow', memberView()],
  [250, 'follow', memberView({ own: rewoundServer, ...rewound })],
  [250, 'follow', memberView({ own: stopped({ position: '0/3FFFF88' }), others: divergedFrom })],
  [250, 'follow', memberView({ own: standby({ state: 'starting', follows: '10.0.0.2' }) })],
  [
    250,
    'follow',
    memberView({ decision: decided({ excluded: [unit(1)] }), memory: memory({ lineage: `${unit(0)}@1` }) }),
  ],
];

describe('a member', () => {
  test.each(examples)('rule %i sets the goal %s', (rule, goal, view) => {
    const outcome = decideMember(view);
    expect([outcome.rule, outcome.goal.kind]).toEqual([rule, goal]);
    expect(outcome.status.message).not.toBe('');
  });

  test('has an example for every rule', () => {
    const reached = new Set(examples.map(([rule]) => rule));
    expect(memberRules.map((rule) => rule.id).filter((id) => !reached.has(id))).toEqual([]);
    expect(new Set(memberRules.map((rule) => rule.id)).size).toBe(memberRules.length);
  });

  test('may be told to clients as primary only while the newest decision names it', () => {
    expect(decideMember(primaryView()).clientRole).toBe('primary');
    expect(decideMember(primaryView({ decision: handingOver() })).clientRole).toBe('primary');
    expect(decideMember(primaryView({ decision: frozen() })).clientRole).toBeNull();
    expect(decideMember(primaryView({ memory: memory({ seenEpoch: 4 }) })).clientRole).toBeNull();
    expect(decideMember(memberView()).clientRole).toBe('standby');
    expect(decideMember(memberView({ own: stopped() })).clientRole).toBeNull();
    expect(decideMember(primaryView({ dying: true })).clientRole).toBeNull();
  });

  test('starts at boot only as a primary without peers, and where the operator cares for roles', () => {
    expect(decideMember(primaryView()).startsAtBoot).toBe(false);
    expect(decideMember(primaryView({ others: [] })).startsAtBoot).toBe(true);
    // A decision that has been overruled, read once more.
    expect(decideMember(primaryView({ others: [], memory: memory({ seenEpoch: 4 }) })).startsAtBoot).toBe(
      false,
    );
    expect(decideMember(memberView()).startsAtBoot).toBe(false);
    expect(decideMember(memberView({ decision: mine })).startsAtBoot).toBe(false);
    expect(decideMember(memberView({ manual: true })).startsAtBoot).toBe(false);
  });

  test('stands by after manual_replication until a later decision, and says so', () => {
    const before = memberView({ manual: true, own: running() });
    const { memory: during } = decideMember(before);
    expect(during.manualEpoch).toBe(3);
    const after = { ...before, manual: false, memory: during };
    const stands = decideMember(after);
    expect(stands.clientRole).toBe('primary');
    expect(memberReport(after, stands).manual).toEqual({ epoch: 3, ended: true });
    const later = { ...after, memory: stands.memory, decision: decided({ epoch: 4, primary: unit(1) }) };
    expect(decideMember(later)).toMatchObject({ rule: 216, memory: { manualEpoch: null } });
  });

  test('keeps a refusal as a promise for that decision alone', () => {
    const short = memberView({ decision: mine, own: standby({ position: '0/5000028' }), heldSeconds: 30 });
    const { memory: after } = decideMember(short);
    expect(after).toMatchObject({ refused: { epoch: 3 }, doneEpoch: 3 });
    const arrived = { ...short, own: standby({ position: '0/6000000' }), memory: after };
    expect(decideMember(arrived).goal.kind).toBe('hold');
    const again = { ...arrived, decision: { ...mine, epoch: 4 } };
    expect(decideMember(again).goal.kind).toBe('promote');
  });

  test('is done with a freeze only when its WAL receiver is cut and all WAL is replayed', () => {
    const view = memberView({ decision: frozen({ epoch: 4 }) });
    const own = standby({ follows: null, streaming: false });
    expect(decideMember(view).memory.doneEpoch).toBe(3);
    const replaying = decideMember({ ...view, own: { ...own, endKnown: false } });
    expect(replaying).toMatchObject({ memory: { doneEpoch: 3 }, watch: { until: 'time', seconds: 5 } });
    expect(decideMember({ ...view, own }).watch).toBeNull();
    expect(decideMember({ ...view, own }).memory.doneEpoch).toBe(4);
  });

  test('that is promoted claims the new timeline, whoever it was about to follow', () => {
    const lineage = `${unit(3)}@1 ${unit(2)}@2`;
    const view = memberView({ decision: decided({ primary: unit(1) }), memory: memory({ lineage }) });
    const before = decideMember(view);
    expect(before.memory.lineage).toBe(`${unit(3)}@1`);
    const after = decideMember({ ...view, memory: before.memory, own: running({ timeline: 2 }) });
    expect(after.memory.lineage).toBe(`${unit(3)}@1 ${unit(1)}@2`);
  });

  test('shows progress, reasons and lag of the words operators know', () => {
    const text = (view: MemberView): string => decideMember(view).status.message;
    expect(text(primaryView())).toBe('Live master (15.9)');
    expect(text(memberView())).toBe('Live secondary (15.9)');
    expect(text(memberView({ own: standby({ replayPaused: true }) }))).toBe(
      'Live secondary (15.9), replay paused',
    );
    expect(text(memberView({ own: absent(), job: job({ progress: '42% of 1.2 GiB' }) }))).toBe(
      'Cloning from postgresql/0: 42% of 1.2 GiB',
    );
    const copying = job({ progress: '42% of 1.2 GiB' });
    expect(text(memberView({ own: standby({ walMissing: true }), job: copying }))).toBe(
      'The WAL it needs is gone: re-cloning from postgresql/0: 42% of 1.2 GiB',
    );
    expect(text(memberView({ own: standby({ upstreamPosition: '0/9000000' }) }))).toBe(
      'Live secondary (15.9), 67108864 bytes behind',
    );
    expect(text(memberView({ decision: frozen() }))).toBe('Failing over from postgresql/0');
    expect(text(memberView({ own: stopped(), others: divergedFrom, canRewind: false }))).toBe(
      'Diverged: re-cloning from postgresql/0',
    );
    expect(text(memberView({ own: absent(), job: failed }))).toBe(
      'Cloning from postgresql/0 failed (attempt 1): connection refused',
    );
  });
});
