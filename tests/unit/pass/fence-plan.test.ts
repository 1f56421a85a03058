import { describe, expect, test } from 'vitest';
import { fencedNotice, fenceSteps } from '../../../src/pass/fence-plan.ts';
import { emptyMemory } from '../../../src/pass/memory.ts';
import { clusterPlace } from '../../../src/server/place.ts';
import { memberView } from '../cluster/examples.ts';
import { now, observed } from './examples/observations.ts';

const controllers = ['10.0.0.100:17070'];
const place = clusterPlace(15, null);
const fence = { alive: true, controllers, stoppedAt: null };
const stop = [{ kind: 'job.stop', job: 'fence' }];
const start = [{ kind: 'job.start', request: { job: 'fence', controllers, replicationRole: '_juju_repl' } }];

describe('a fence', () => {
  test('is wanted where there are other members and a cluster', () => {
    expect(fenceSteps(observed({ server: { place } }), memberView())).toEqual(start);
    expect(fenceSteps(observed(), memberView())).toEqual([]);
    expect(fenceSteps(observed({ server: { place } }), memberView({ others: [] }))).toEqual([]);
    expect(fenceSteps(observed({ server: { place, fence } }), memberView())).toEqual([]);
  });

  test('is started again when it has died, and when Juju has moved', () => {
    const dead = observed({ server: { place, fence: { ...fence, alive: false } } });
    const moved = observed({ server: { place, fence: { ...fence, controllers: ['10.0.0.7:17070'] } } });
    expect(fenceSteps(dead, memberView())).toEqual(start);
    expect(fenceSteps(moved, memberView())).toEqual(start);
  });

  test('ends when the unit is alone, and when the operator cares for roles', () => {
    const guarded = observed({ server: { place, fence } });
    expect(fenceSteps(guarded, memberView({ others: [] }))).toEqual(stop);
    expect(fenceSteps(guarded, memberView({ manual: true }))).toEqual(stop);
  });

  test('stays beside the server of a unit that leaves, which sees its peers vanish', () => {
    const leaving = { leaving: true };
    const view = memberView({ dying: true, others: [] });
    expect(fenceSteps(observed({ juju: leaving, server: { place, fence, state: 'running' } }), view)).toEqual(
      [],
    );
    expect(fenceSteps(observed({ juju: leaving, server: { place, fence, state: 'down' } }), view)).toEqual(
      stop,
    );
  });

  test('that has stopped the server is told of once', () => {
    const seen = observed({ server: { fence: { ...fence, stoppedAt: now } } });
    const empty = emptyMemory('postgresql/0');
    expect(fencedNotice(seen, { ...empty, fenceTold: now })).toContain(`stopped itself at ${now}`);
    expect(
      fencedNotice({ ...seen, memory: { ...empty, fenceTold: now } }, { ...empty, fenceTold: now }),
    ).toBeNull();
    expect(fencedNotice(observed(), empty)).toBeNull();
  });
});
