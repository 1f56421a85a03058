import { expect, test } from 'vitest';
import { askedFor, usage } from '../../scripts/simulate-arguments.ts';

test('arguments of the long run, and what is taken without them', () => {
  expect(askedFor([])).toMatchObject({ seeds: 1000, from: 1, plant: null, story: false, failures: 10 });
  expect(askedFor(['--seeds', '5', '--from=7', '--plant', 'no-stop', '--story'])).toMatchObject({
    seeds: 5,
    from: 7,
    plant: 'no-stop',
    story: true,
  });
  expect(askedFor(['--help'])).toBeNull();
  expect(usage).toMatch(/--plant NAME[^]*no-stop/);
});

test.each([
  [['--sedes', '5'], /--sedes/],
  [['--seeds', 'many'], /--seeds takes a whole number from 1 on, not "many"/],
  [['--from', '0'], /--from takes/],
  [['--plant', 'none'], /no planted bug "none"; there are .*no-stop/],
])('wrong arguments %j are named', (args, words) => {
  expect(() => askedFor(args)).toThrow(words);
});
