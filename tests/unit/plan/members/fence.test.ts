import { describe, expect, test } from 'vitest';
import { fencedNotice, guardStart, guardStop } from '../../../../src/plan/members/fence.ts';
import { emptyMemory } from '../../../../src/plan/memory.ts';
import { clusterPlace } from '../../../../src/server/place.ts';
import { memberView } from '../../cluster/examples.ts';
import { now, observed } from '../examples/observations.ts';

const controllers = ['10.0.0.100:17070'];
const place = clusterPlace(15, null);
const guard = { alive: true, startedAt: now, controllers, stoppedAt: null };
const stop = [{ kind: 'job.stop', job: 'guard' }];
const start = [{ kind: 'job.start', request: { job: 'guard', controllers, replicationRole: '_juju_repl' } }];

describe('a guard', () => {
  test('is started where there are other members and a cluster', () => {
    expect(guardStart(observed({ server: { place } }), memberView())).toEqual(start);
    expect(guardStart(observed(), memberView())).toEqual([]);
    expect(guardStart(observed({ server: { place } }), memberView({ others: [] }))).toEqual([]);
    expect(guardStart(observed({ server: { place, guard } }), memberView())).toEqual([]);
  });

  test('is started again when it has died, and when Juju has moved', () => {
    const dead = observed({ server: { place, guard: { ...guard, alive: false } } });
    const moved = observed({ server: { place, guard: { ...guard, controllers: ['10.0.0.7:17070'] } } });
    expect(guardStart(dead, memberView())).toEqual(start);
    expect(guardStart(moved, memberView())).toEqual(start);
  });

  test('is started again, once, when the charm has been renewed', () => {
    const before = { ...guard, startedAt: '2020-01-01T00:00:00.000Z' };
    const hook = 'upgrade-charm';
    expect(guardStart(observed({ hook, server: { place, guard: before } }), memberView())).toEqual(start);
    expect(guardStart(observed({ hook, server: { place, guard } }), memberView())).toEqual([]);
    expect(guardStart(observed({ server: { place, guard: before } }), memberView())).toEqual([]);
  });

  test('ends when the unit is alone, and when the operator cares for roles', () => {
    const guarded = observed({ server: { place, guard } });
    expect(guardStop(guarded, memberView())).toEqual([]);
    expect(guardStop(guarded, memberView({ others: [] }))).toEqual(stop);
    expect(guardStop(guarded, memberView({ manual: true }))).toEqual(stop);
    expect(guardStop(observed({ server: { place } }), memberView({ others: [] }))).toEqual([]);
  });

  test('stays beside the server of a unit that leaves, which sees its peers vanish', () => {
    const leaving = { leaving: true };
    const view = memberView({ dying: true, others: [] });
    const running = observed({ juju: leaving, server: { place, guard, state: 'running' } });
    expect([...guardStart(running, view), ...guardStop(running, view)]).toEqual([]);
    expect(guardStop(observed({ juju: leaving, server: { place, guard, state: 'down' } }), view)).toEqual(
      stop,
    );
  });

  test('that has stopped the server is told of once', () => {
    const seen = observed({ server: { guard: { ...guard, stoppedAt: now } } });
    const empty = emptyMemory('postgresql/0');
    expect(fencedNotice(seen, { ...empty, fenceTold: now })).toContain(`stopped itself at ${now}`);
    expect(
      fencedNotice({ ...seen, memory: { ...empty, fenceTold: now } }, { ...empty, fenceTold: now }),
    ).toBeNull();
    expect(fencedNotice(observed(), empty)).toBeNull();
  });
});
