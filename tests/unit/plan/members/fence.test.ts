import { describe, expect, test } from 'vitest';
import { fencedNotice, planFence, planFenceEnd } from '../../../../src/plan/members/fence.ts';
import { emptyMemory } from '../../../../src/plan/memory.ts';
import { clusterPlace } from '../../../../src/server/place.ts';
import { memberView } from '../../cluster/examples.ts';
import { later, moment, now, observed } from '../examples/observations.ts';

const controllers = ['10.0.0.100:17070'];
const place = clusterPlace(15, null);
const fence = { alive: true, began: moment, controllers, stoppedAt: null };
const stop = [{ kind: 'job.stop', job: 'fence' }];
const start = [{ kind: 'job.start', request: { job: 'fence', controllers, replicationRole: '_juju_repl' } }];

describe('a fence', () => {
  test('is started where there are other members and a cluster', () => {
    expect(planFence({ observation: observed({ server: { place } }), view: memberView() })).toEqual(start);
    expect(planFence({ observation: observed(), view: memberView() })).toEqual([]);
    expect(
      planFence({ observation: observed({ server: { place } }), view: memberView({ others: [] }) }),
    ).toEqual([]);
    expect(planFence({ observation: observed({ server: { place, fence } }), view: memberView() })).toEqual(
      [],
    );
  });

  test('is started again when it has died, and when Juju has moved', () => {
    const dead = observed({ server: { place, fence: { ...fence, alive: false } } });
    const moved = observed({ server: { place, fence: { ...fence, controllers: ['10.0.0.7:17070'] } } });
    expect(planFence({ observation: dead, view: memberView() })).toEqual(start);
    expect(planFence({ observation: moved, view: memberView() })).toEqual(start);
  });

  test('is started again, once, when the charm has been renewed', () => {
    const before = { ...fence, began: later(-60) };
    const hook = 'upgrade-charm';
    expect(
      planFence({ observation: observed({ hook, server: { place, fence: before } }), view: memberView() }),
    ).toEqual(start);
    expect(
      planFence({ observation: observed({ hook, server: { place, fence } }), view: memberView() }),
    ).toEqual([]);
    expect(
      planFence({ observation: observed({ server: { place, fence: before } }), view: memberView() }),
    ).toEqual([]);
  });

  test('ends when the unit is alone, and when the operator cares for roles', () => {
    const fenced = observed({ server: { place, fence } });
    expect(planFenceEnd({ observation: fenced, view: memberView() })).toEqual([]);
    expect(planFenceEnd({ observation: fenced, view: memberView({ others: [] }) })).toEqual(stop);
    expect(planFenceEnd({ observation: fenced, view: memberView({ manual: true }) })).toEqual(stop);
    expect(
      planFenceEnd({ observation: observed({ server: { place } }), view: memberView({ others: [] }) }),
    ).toEqual([]);
  });

  test('stays beside the server of a unit that leaves, which sees its peers vanish', () => {
    const leaving = { leaving: true };
    const view = memberView({ dying: true, others: [] });
    const running = observed({ juju: leaving, server: { place, fence, state: 'running' } });
    expect([
      ...planFence({ observation: running, view }),
      ...planFenceEnd({ observation: running, view }),
    ]).toEqual([]);
    expect(
      planFenceEnd({
        observation: observed({ juju: leaving, server: { place, fence, state: 'down' } }),
        view,
      }),
    ).toEqual(stop);
  });

  test('that has stopped the server is told of once', () => {
    const seen = observed({ server: { fence: { ...fence, stoppedAt: now } } });
    const empty = emptyMemory('postgresql/0');
    expect(fencedNotice(seen, { ...empty, fenceLogged: now })).toContain(`stopped itself at ${now}`);
    expect(
      fencedNotice({ ...seen, memory: { ...empty, fenceLogged: now } }, { ...empty, fenceLogged: now }),
    ).toBeNull();
    expect(fencedNotice(observed(), empty)).toBeNull();
  });
});
