import { describe, expect, test } from 'vitest';
import { checkFailover } from '../../../src/cluster/failover.ts';
import { checkSwitchover } from '../../../src/cluster/switchover.ts';
import type { LeaderView, Member } from '../../../src/cluster/view.ts';
import { cut, decided, empty, frozen, handingOver, leaderView, member, said, unit } from './examples.ts';

const silent = { primaryAnswers: false, primarySilentSeconds: 9 } as const;
const dead = leaderView({
  ...silent,
  members: [member(said(0), { answers: false }), member(said(1, { streamingFrom: null })), member(empty(2))],
});

const byHand = (one: Member): Member => ({
  ...one,
  facts: one.facts && { ...one.facts, manual: { epoch: 3, ended: false } },
});
const seenEnd = (one: Member): Member => ({
  ...one,
  facts: one.facts && { ...one.facts, manual: { epoch: 3, ended: true } },
});
const unfenced = (one: Member): Member => ({
  ...one,
  facts: one.facts && { ...one.facts, unfenced: 'no' },
});

describe('switchover', () => {
  test('begins a handover from the primary to a standby that streams', () => {
    expect(checkSwitchover(leaderView(), unit(2))).toMatchObject({
      decision: { epoch: 4, kind: 'handover', primary: unit(0), target: unit(2), previous: unit(0) },
    });
  });

  test.each<[string, LeaderView, string, RegExp]>([
    ['manual', leaderView({ manual: true }), unit(2), /manual_replication.*reset/],
    ['nothing decided', leaderView({ decision: null }), unit(2), /no primary yet; wait/],
    ['one in progress', leaderView({ decision: handingOver() }), unit(2), /in progress; wait/],
    ['a failover', leaderView({ decision: frozen() }), unit(2), /failover.*in progress; wait/],
    [
      'the primary itself',
      leaderView(),
      unit(0),
      /is the primary already; name one of postgresql\/1, postgresql\/2/,
    ],
    ['an unknown unit', leaderView(), 'postgresql/9', /no unit postgresql\/9; name one of/],
    [
      'a leaving unit',
      leaderView({ members: [member(said(0)), member(said(2), { dying: true })] }),
      unit(2),
      /being removed; name/,
    ],
    [
      'a primary that is down',
      leaderView({ members: [member(said(0, { role: 'down' })), member(said(2))] }),
      unit(2),
      /not running as the primary; wait/,
    ],
    [
      'no standby',
      leaderView({ members: [member(said(0)), member(empty(2))] }),
      unit(2),
      /not a standby of .* yet; wait/,
    ],
    [
      'one without a fence',
      leaderView({ members: [member(said(0)), member(said(2, { unfenced: 'Permission denied' }))] }),
      unit(2),
      /no fence \(Permission denied\); mend that.*or name another/,
    ],
    [
      'one cut off',
      leaderView({ members: [member(said(0)), member(cut(2, '0/1'))] }),
      unit(2),
      /does not stream.*; wait/,
    ],
  ])('is refused for %s, with the way out', (_what, view, target, words) => {
    const answer = checkSwitchover(view, target);
    expect(answer.decision).toBeNull();
    expect('refusal' in answer ? answer.refusal : '').toMatch(words);
  });
});

describe('failover', () => {
  test('freezes without the primary that is given up', () => {
    expect(checkFailover(dead, true)).toMatchObject({
      decision: { epoch: 4, kind: 'freeze', primary: null, previous: unit(0), excluded: [unit(0)] },
    });
  });

  test('gives up, in a second call, the members that do not report', () => {
    const members = [member(cut(1, '0/5')), member(said(2))];
    const view = leaderView({ decision: frozen({ excluded: [unit(0)] }), members });
    expect(checkFailover(view, true)).toMatchObject({ decision: { epoch: 4, excluded: [unit(0), unit(2)] } });
  });

  test.each<[string, LeaderView, boolean, RegExp]>([
    ['manual', { ...dead, manual: true }, true, /manual_replication.*reset/],
    ['nothing decided', { ...dead, decision: null }, true, /no primary yet; wait/],
    ['a primary that answers', { ...dead, primaryAnswers: true }, true, /answers; use the action switchover/],
    [
      'a primary nobody tried',
      { ...dead, primaryAnswers: null },
      true,
      /has not reported where it is.*remove-unit --force/,
    ],
    [
      'a member that streams',
      leaderView(silent),
      true,
      /streams from postgresql\/0.*look again now.*run this again/,
    ],
    [
      'no other data',
      leaderView({ ...silent, members: [member(said(0)), member(empty(1))] }),
      true,
      /no other unit has the data/,
    ],
    [
      'a primary without a fence',
      { ...dead, members: dead.members.map(unfenced) },
      true,
      /no fence \(no\).*stop its machine, then run: juju remove-unit --force postgresql\/0/,
    ],
    [
      'a primary that may not have heard of the end of manual_replication',
      { ...dead, members: dead.members.map(byHand) },
      true,
      /no fence \(it has not said that manual.*stop its machine, then run: juju remove-unit --force postgresql\/0/,
    ],
    [
      'a primary that is silent since others have seen the end of manual_replication',
      { ...dead, members: dead.members.map((one, index) => (index === 0 ? one : seenEnd(one))) },
      true,
      /postgresql\/0 has no fence/,
    ],
    [
      'a silent primary, promoted by hand',
      leaderView({
        decision: frozen({ excluded: [unit(0)] }),
        members: [member(cut(1, '0/5')), byHand(member(said(2, { role: 'primary' })))],
      }),
      true,
      /postgresql\/2 has no fence.*remove-unit --force postgresql\/2/,
    ],
    ['no confirmation', dead, false, /would be given up.*confirm=true/],
    [
      'nobody to wait for',
      leaderView({ decision: frozen(), members: [member(cut(1, '0/5'))] }),
      true,
      /waits for nobody; see/,
    ],
    [
      'silent members, unconfirmed',
      leaderView({ decision: frozen(), members: [member(cut(1, '0/5')), member(said(2))] }),
      false,
      /confirm=true/,
    ],
    [
      'the only ones with data',
      leaderView({ decision: frozen(), members: [member(empty(1)), member(said(2))] }),
      true,
      /bring one back/,
    ],
  ])('is refused for %s, with the way out', (_what, view, confirm, words) => {
    const answer = checkFailover(view, confirm);
    expect(answer.decision).toBeNull();
    expect('refusal' in answer ? answer.refusal : '').toMatch(words);
  });

  test('gives up, in a second call, whoever has the most and no fence', () => {
    const members = [member(cut(1, '0/5')), unfenced(member(cut(2, '0/6')))];
    const view = leaderView({ decision: frozen({ excluded: [unit(0)] }), members });
    expect(checkFailover(view, true)).toMatchObject({ decision: { epoch: 4, excluded: [unit(0), unit(2)] } });
  });

  test('counts units given up before', () => {
    const view = { ...dead, decision: decided({ excluded: [unit(7)] }) };
    expect(checkFailover(view, true).decision?.excluded).toEqual([unit(0), unit(7)]);
  });
});
