import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../../testbed/cli/query.ts';

const facts = { name: 'pg/0', 'workload-status': 'active', 'agent-status': 'idle', leader: true, units: 3 };

describe('queries of wait-for', () => {
  test.each([
    ['workload-status=="active"', true],
    ["workload-status=='blocked'", false],
    ['workload-status=="active" && agent-status=="idle"', true],
    ['workload-status=="blocked" || (leader && units>=3)', true],
    ['units<3', false],
    ['units!=3 || leader==false', false],
    ['name=="pg/0"', true],
    ['true', true],
  ])('%s', (text, answer) => {
    expect(parseQuery(text)(facts)).toBe(answer);
  });

  test.each([
    ['workload-status=', /at "="/],
    ['(leader', /parenthesis/],
    ['leader leader', /at "leader"/],
    ['', /ends too early/],
    ['len(units)==3', /not supported/],
  ])('refuses %s', (text, reason) => {
    expect(() => parseQuery(text)).toThrow(reason);
  });

  test('a name that is not known lists those that are', () => {
    expect(() => parseQuery('colour=="red"')(facts)).toThrow(/"colour" is not known.*workload-status/);
  });
});
