import { expect, test } from 'vitest';
import { importsOf, sourceFiles } from './source-files.ts';

/** Folders of the testbed each may import; `.` holds what belongs to none. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  '.': ['machines'],
  protocol: ['protocol'],
  machines: ['machines'],
  agent: ['agent', 'protocol', '.'],
  controller: ['controller', 'protocol', 'machines', '.'],
  api: ['api', 'cli', 'protocol', 'machines', 'controller', '.'],
  cli: ['cli', 'protocol', 'machines', 'controller', '.'],
};
/** The one file of the controller that clients call. */
const door = 'testbed/controller/launch.ts';

const roomOf = (path: string) => /^testbed\/([^/]+)\//.exec(path)?.[1] ?? '.';
const imports = sourceFiles('testbed', ['.ts'])
  .flatMap(importsOf)
  .filter(({ to }) => to.startsWith('testbed/'));

test('agents and the controller share a protocol and nothing else; clients enter by one door', () => {
  expect(imports.length).toBeGreaterThan(100);
  const wrong = imports.filter(({ from, to }) => {
    if (!(arrows[roomOf(from)] ?? []).includes(roomOf(to))) return true;
    return roomOf(to) === 'controller' && roomOf(from) !== 'controller' && to !== door;
  });
  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});
