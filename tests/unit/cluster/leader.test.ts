import { describe, expect, test } from 'vitest';
import { decideLeader, leaderRules } from '../../../src/cluster/leader.ts';
import type { LeaderView } from '../../../src/cluster/view.ts';
import {
  cut,
  decided,
  empty,
  frozen,
  handingOver,
  leaderView,
  member,
  said,
  system,
  unit,
} from './examples.ts';

const undecided = { decision: null, primaryAnswers: null } as const;
const gone = { primaryAnswers: false, primaryRemains: false, primarySilentSeconds: 5 } as const;
const three = [member(said(0)), member(said(1)), member(said(2))];
const rest = [member(said(1)), member(said(2))];
const leaver = said(0, { role: 'stopped', position: '0/5000028', leaving: true });
const leftBefore = said(0, { role: 'stopped', leaving: true, epoch: 2 });
const allCut = [member(cut(1, '0/5000000')), member(cut(2, '0/5000000'))];
const ended = { manual: { epoch: 3, ended: true } } as const;
const promoted = { ...ended, role: 'primary', timeline: 2 } as const;
const refusal = { refused: 'No data here', epoch: 3 };

/** Rule → a view it speaks on, and the primary (or kind) it decides; null for no decision. */
const examples: readonly (readonly [rule: number, view: LeaderView, decides: string | null])[] = [
  [101, leaderView({ manual: true, ...gone }), null],
  [
    102,
    leaderView({ ...undecided, members: [member(said(1)), member(said(2, { systemIdentifier: '8' }))] }),
    null,
  ],
  [
    103,
    leaderView({ ...undecided, members: [member(empty(1)), member(said(2, { role: 'down' }))] }),
    unit(2),
  ],
  [
    103,
    leaderView({ ...undecided, members: [member(said(2)), member(said(3, { role: 'primary' }))] }),
    unit(3),
  ],
  [104, leaderView({ ...undecided, members: [member(empty(0)), member(empty(1))] }), unit(1)],
  [105, leaderView({ ...undecided, members: [member(empty(1), { dying: true })] }), null],
  [
    106,
    leaderView({
      members: [member(said(0, ended)), member(said(1, { manual: { epoch: 3, ended: false } }))],
    }),
    null,
  ],
  [
    106,
    leaderView({
      members: [member(said(0, { ...ended, role: 'stopped' })), member(said(1), { answers: false })],
    }),
    null,
  ],
  [106, leaderView({ members: [member(empty(0), { answers: false }), member(said(1, ended))] }), null],
  [
    107,
    leaderView({ members: [member(said(0, { ...ended, role: 'stopped' })), member(said(1, promoted))] }),
    unit(1),
  ],
  [107, leaderView({ members: [member(said(0), { answers: false }), member(said(1, promoted))] }), unit(1)],
  [
    108,
    leaderView({
      members: [
        member(said(0, { ...ended, role: 'stopped' })),
        member(said(1, { ...promoted, role: 'down' })),
      ],
    }),
    unit(1),
  ],
  [
    109,
    leaderView({ members: [member(said(0, { ...ended, role: 'down' })), member(said(1, ended))] }),
    unit(0),
  ],
  [
    110,
    leaderView({
      decision: decided({ excluded: [unit(0)] }),
      members: [member(said(0, { ...ended, role: 'down' })), member(empty(1, ended))],
    }),
    null,
  ],
  [
    109,
    leaderView({
      decision: decided({ excluded: [unit(2)] }),
      members: [
        member(said(0, { ...ended, role: 'down' })),
        member(said(1, ended)),
        member(said(2, { ...promoted, role: 'down' })),
      ],
    }),
    unit(0),
  ],
  [
    109,
    leaderView({
      decision: handingOver(),
      members: [member(said(0, { ...ended, role: 'stopped' })), member(said(1, ended))],
    }),
    unit(0),
  ],
  [
    109,
    leaderView({ decision: frozen(), ...gone, members: [member(said(1, ended)), member(said(2, ended))] }),
    'freeze',
  ],
  [110, leaderView({ members: [member(said(0, ended)), member(said(1, promoted))] }), null],
  [
    110,
    leaderView({
      members: [
        member(said(0, { ...ended, role: 'stopped' })),
        member(said(1, { ...promoted, role: 'standby' })),
        member(said(2, { ...promoted, role: 'down' })),
      ],
    }),
    null,
  ],
  [111, leaderView({ members: [member(empty(0, refusal)), member(said(1))] }), unit(1)],
  [111, leaderView({ members: [member(empty(0, refusal)), ...rest] }), 'freeze'],
  [
    112,
    leaderView({
      decision: decided({ systemIdentifier: null }),
      members: [member(empty(0, refusal)), member(said(1)), member(said(2, { systemIdentifier: '8' }))],
    }),
    null,
  ],
  [113, leaderView({ members: [member(empty(0, refusal)), member(empty(1))] }), null],
  [119, leaderView({ ...gone, members: [member(said(1), { dying: true }), member(said(2))] }), null],
  [120, leaderView({ ...gone, members: rest, departedPrimary: leaver }), unit(1)],
  [120, leaderView({ members: [member(leaver, { dying: true }), ...rest], unit: unit(0) }), unit(1)],
  [
    120,
    leaderView({
      ...gone,
      members: [member(cut(1, '0/5000028')), member(cut(2, '0/50000A0'))],
      departedPrimary: leaver,
    }),
    unit(2),
  ],
  [
    123,
    leaderView({ ...gone, members: [member(cut(1, '0/6000000', { timeline: 2 }))], departedPrimary: leaver }),
    'freeze',
  ],
  [121, leaderView({ members: rest, primaryAnswers: true }), null],
  [121, leaderView({ members: rest, primaryAnswers: null, departedPrimary: said(0) }), null],
  [122, leaderView({ ...gone, members: rest, primaryRemains: true }), null],
  [123, leaderView({ ...gone, members: rest }), 'freeze'],
  [124, leaderView({ ...gone, members: [member(empty(1))] }), null],
  [
    130,
    leaderView({ decision: handingOver(), members: [member(said(0, { refused: 'no' })), ...rest] }),
    unit(0),
  ],
  [131, leaderView({ decision: handingOver(), members: [member(said(0)), member(said(2))] }), unit(0)],
  [
    132,
    leaderView({
      decision: handingOver(),
      members: [member(said(0, { role: 'stopped', position: '0/5000028' })), ...rest],
    }),
    unit(1),
  ],
  [133, leaderView({ decision: handingOver(), heldSeconds: 120 }), unit(0)],
  [134, leaderView({ decision: handingOver() }), null],
  [
    134,
    leaderView({
      decision: handingOver(),
      members: [member(said(0, { role: 'stopped', epoch: 2 })), ...rest],
    }),
    null,
  ],
  [
    140,
    leaderView({ ...gone, decision: frozen(), members: [member(cut(1, '0/5000000')), member(said(2))] }),
    null,
  ],
  [
    140,
    leaderView({
      ...gone,
      decision: frozen(),
      members: [member(cut(1, '0/5')), member(cut(2, '0/6', { epoch: 2 }))],
    }),
    null,
  ],
  [
    149,
    leaderView({
      decision: frozen({ excluded: [unit(0)] }),
      heldSeconds: 600,
      members: [member(said(0, { epoch: 2, manual: { epoch: 2, ended: false } })), ...allCut],
    }),
    null,
  ],
  [147, leaderView({ ...gone, decision: frozen(), heldSeconds: 19, members: allCut }), null],
  [
    147,
    leaderView({
      decision: frozen({ excluded: [unit(0)] }),
      heldSeconds: 19,
      members: [member(said(0, { epoch: 2 })), ...allCut],
    }),
    null,
  ],
  [
    141,
    leaderView({
      decision: frozen({ excluded: [unit(0)] }),
      heldSeconds: 0,
      members: [member(said(0, { role: 'stopped' })), ...allCut],
    }),
    unit(1),
  ],
  [
    141,
    leaderView({ ...gone, decision: frozen(), heldSeconds: 0, members: allCut, departedPrimary: leftBefore }),
    unit(1),
  ],
  [
    141,
    leaderView({
      ...gone,
      decision: frozen(),
      members: [member(cut(1, '0/FF000000')), member(cut(2, '1/0'))],
    }),
    unit(2),
  ],
  [
    141,
    leaderView({ ...gone, decision: frozen(), members: [member(cut(2, '1/0')), member(cut(1, '1/0'))] }),
    unit(1),
  ],
  [
    141,
    leaderView({
      ...gone,
      decision: frozen(),
      members: [member(cut(1, '9/0')), member(cut(2, '1/0', { timeline: 2 }))],
    }),
    unit(2),
  ],
  [
    148,
    leaderView({
      ...gone,
      decision: frozen(),
      members: [member(cut(1, '0/5')), member(cut(2, '0/6', { unfenced: 'no' }))],
    }),
    null,
  ],
  [
    141,
    leaderView({
      ...gone,
      decision: frozen(),
      members: [member(cut(1, '0/6', { unfenced: 'no' })), member(cut(2, '0/6'))],
    }),
    unit(2),
  ],
  [
    148,
    leaderView({
      decision: frozen({ excluded: [unit(0)] }),
      members: [member(said(0, { role: 'down', unfenced: 'no' })), member(empty(1))],
    }),
    null,
  ],
  [
    142,
    leaderView({
      decision: frozen({ excluded: [unit(0)] }),
      members: [member(said(0, { role: 'down', epoch: 2 })), member(empty(1))],
    }),
    null,
  ],
  [
    143,
    leaderView({
      decision: frozen({ excluded: [unit(0)] }),
      members: [member(said(0, { role: 'down' })), member(empty(1))],
    }),
    unit(0),
  ],
  [
    144,
    leaderView({ ...gone, decision: frozen({ systemIdentifier: null }), members: [member(empty(1))] }),
    unit(1),
  ],
  [
    145,
    leaderView({
      ...gone,
      decision: frozen({ excluded: [unit(2)] }),
      members: [member(empty(1)), { unit: unit(2), dying: false, facts: null, answers: null }],
    }),
    null,
  ],
  [146, leaderView({ ...gone, decision: frozen(), members: [member(empty(1))] }), null],
  [
    150,
    leaderView({
      decision: decided({ primary: unit(1), previous: unit(0), requiredPosition: '0/5000028' }),
      members: [
        member(said(0, { role: 'stopped', position: '0/5000028', epoch: 2 })),
        member(said(1, { refused: 'lacks WAL' })),
      ],
    }),
    unit(0),
  ],
  [
    151,
    leaderView({ members: [member(said(0, { role: 'standby', refused: 'lacks WAL' })), ...rest] }),
    'freeze',
  ],
  [160, leaderView({ decision: decided({ excluded: [unit(2)] }) }), unit(0)],
  [161, leaderView({ decision: decided({ systemIdentifier: null }) }), unit(0)],
  [170, leaderView(), null],
];

describe('the leader', () => {
  test.each(examples)('rule %i', (rule, view, decides) => {
    const outcome = decideLeader(view);
    expect(outcome.rule).toBe(rule);
    const { decision } = outcome;
    expect(decision?.primary ?? decision?.kind ?? null).toBe(decides);
    if (decision !== null) expect(decision.epoch).toBe((view.decision?.epoch ?? 0) + 1);
    expect(outcome.status.message).not.toBe('');
  });

  test('has an example for every rule', () => {
    const reached = new Set(examples.map(([rule]) => rule));
    expect(leaderRules.map((rule) => rule.id).filter((id) => !reached.has(id))).toEqual([]);
    expect(new Set(leaderRules.map((rule) => rule.id)).size).toBe(leaderRules.length);
  });

  test('hands over with the old primary’s last position as the bar', () => {
    const view = leaderView({ ...gone, members: rest, departedPrimary: leaver });
    expect(decideLeader(view).decision).toMatchObject({
      previous: unit(0),
      requiredPosition: '0/5000028',
      systemIdentifier: system,
    });
  });

  test('reports the bytes the old primary is known to have written past the chosen one', () => {
    const members = [member(cut(1, '0/100', { primaryPosition: '0/180' })), member(cut(2, '0/140'))];
    const { decision } = decideLeader(leaderView({ ...gone, decision: frozen(), members }));
    expect(decision).toMatchObject({ primary: unit(2), lossBytes: '64' });
  });

  test('says one primary, two standbys', () => {
    expect(decideLeader(leaderView({ members: three })).status).toEqual({
      state: 'active',
      message: '1 primary, 2 standbys',
    });
  });

  test('says what a failover has cost until the next decision', () => {
    const decision = decided({ lossBytes: '64', previous: unit(3) });
    expect(decideLeader(leaderView({ decision })).status.message).toBe(
      '1 primary, 2 standbys; up to 64 bytes were lost with postgresql/3',
    );
  });

  test('counts what is not ready, and refuses to call two primaries well', () => {
    const one = decideLeader(leaderView({ members: [member(said(0)), member(empty(1))] }));
    expect(one.status.message).toBe('1 primary; postgresql/1 has no data yet');
    const two = decideLeader(
      leaderView({ members: [member(said(0)), member(said(1, { role: 'primary' }))] }),
    );
    expect(two.status).toMatchObject({ state: 'blocked' });
    const given = decided({ primary: unit(1), excluded: [unit(0)] });
    const dead = [member(said(0, { role: 'primary' })), member(said(1, { role: 'primary' }))];
    const over = decideLeader(leaderView({ decision: given, members: dead })).status;
    expect(over).toEqual({ state: 'active', message: '1 primary; postgresql/0 was given up' });
    const none = decideLeader(
      leaderView({ members: [member(said(0, { role: 'starting' })), member(said(1))] }),
    );
    expect(none.status).toMatchObject({ state: 'waiting' });
  });
});
