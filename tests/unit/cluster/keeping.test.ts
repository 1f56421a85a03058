import { describe, expect, test } from 'vitest';
import { planSlots } from '../../../src/cluster/kept-slots.ts';
import { orderedSettings } from '../../../src/cluster/ordered-settings.ts';
import { compareUnits, slotName } from '../../../src/cluster/units.ts';
import type { SlotFacts } from '../../../src/server/server-facts.ts';
import { unit } from './examples.ts';

const slot = (name: string, change: Partial<SlotFacts> = {}): SlotFacts => ({
  name,
  active: false,
  walStatus: null,
  ...change,
});

describe('slots', () => {
  test('there is one for every other member, and none for itself', () => {
    expect(planSlots(unit(0), [unit(0), unit(10), unit(2)], [], false)).toEqual({
      create: ['postgresql_10', 'postgresql_2'],
      drop: [],
    });
  });

  test('of members that are gone are dropped, those of others’ making are not', () => {
    const slots = [slot('postgresql_1'), slot('postgresql_3'), slot('debezium'), slot('postgresql_backup')];
    expect(planSlots(unit(0), [unit(1)], slots, false)).toEqual({ create: [], drop: ['postgresql_3'] });
  });

  test('in use are left alone', () => {
    const slots = [slot('postgresql_3', { active: true })];
    expect(planSlots(unit(0), [unit(1)], slots, false).drop).toEqual([]);
  });

  test('that hold back WAL on a standby, and lost ones, are made anew', () => {
    const held = [slot('postgresql_1', { walStatus: 'reserved' })];
    expect(planSlots(unit(0), [unit(1)], held, false)).toEqual({ create: [], drop: [] });
    expect(planSlots(unit(0), [unit(1)], held, true)).toEqual({
      create: ['postgresql_1'],
      drop: ['postgresql_1'],
    });
    const lost = [slot('postgresql_1', { walStatus: 'lost' })];
    expect(planSlots(unit(0), [unit(1)], lost, false).drop).toEqual(['postgresql_1']);
  });

  test('have names PostgreSQL allows', () => {
    expect(slotName('my-db/12')).toBe('my_db_12');
    expect(slotName(`${'a'.repeat(70)}/1`)).toHaveLength(63);
  });
});

describe('ordered settings', () => {
  const wanted = { max_connections: 200 };

  test('are raised on standbys first', () => {
    const now = { max_connections: 100 };
    expect(orderedSettings('standby', wanted, now, [now])).toEqual(wanted);
    expect(orderedSettings('primary', wanted, now, [now, wanted])).toEqual(now);
    expect(orderedSettings('primary', wanted, now, [wanted, wanted])).toEqual(wanted);
  });

  test('are lowered on the primary first', () => {
    const now = { max_connections: 300 };
    expect(orderedSettings('primary', wanted, now, [now])).toEqual(wanted);
    expect(orderedSettings('standby', wanted, now, [now])).toEqual(now);
    expect(orderedSettings('standby', wanted, now, [wanted])).toEqual(wanted);
  });

  test('are lowered on a standby only as far as its WAL allows, be its server up or down', () => {
    const replayed = { max_connections: 300 };
    expect(orderedSettings('standby', wanted, replayed, [wanted, replayed])).toEqual(replayed);
    expect(orderedSettings('standby', wanted, {}, [wanted, replayed])).toEqual(replayed);
  });

  test('are written at once where nobody depends on them or nothing is known', () => {
    expect(orderedSettings('primary', wanted, { max_connections: 100 }, [])).toEqual(wanted);
    expect(orderedSettings('primary', wanted, {}, [{ max_connections: 100 }])).toEqual(wanted);
    expect(orderedSettings('standby', wanted, { max_connections: 100 }, [{}])).toEqual(wanted);
  });
});

test('units come in the order of their numbers', () => {
  expect(['a/10', 'a/9', 'a/0'].sort(compareUnits)).toEqual(['a/0', 'a/9', 'a/10']);
});
