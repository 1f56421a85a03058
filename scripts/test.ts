/**
 * `npm test [-- PROJECT …]`: static checks, then every test. The last line is `N passed, N failed`.
 * Projects (vitest.config.ts): unit architecture simulation postgres testbed integration.
 */
import { reportChecks, runChecks } from './check.ts';
import { ensureTestPackages, say, setUp } from './setup.ts';
import { type FileCount, runVitest } from './vitest-run.ts';

const quick = ['unit', 'architecture', 'simulation'];
/** These mostly wait: for a machine to boot, a package to unpack, a hook to come. Three files at a time keep two cores busy. */
const machines = ['postgres', 'testbed', 'integration'];
const machineWorkers = 3;

const asked = process.argv.slice(2);
const known = [...quick, ...machines];
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  process.exit(2);
}
const wanted = (names: readonly string[]) =>
  names.filter((name) => asked.length === 0 || asked.includes(name));

/** Runs tests. Files that failed are run once more, one at a time, and count as they end then; the report says which those were. */
async function runTwice(projects: readonly string[], more: readonly string[]): Promise<FileCount[]> {
  const first = await runVitest(projects, more);
  const failed = first.filter(({ failed: count }) => count > 0);
  if (failed.length === 0) return first;
  for (const one of failed) describeFailure('FAILED, and is run again by itself', one);
  const again = await runVitest(projects, ['--maxWorkers=1', ...failed.map(({ file }) => file)]);
  for (const { file, failed: count } of again) {
    say(`${count === 0 ? 'PASSED ONLY WHEN RUN BY ITSELF' : 'failed again'}: ${file}`);
  }
  return [...first.filter((one) => !failed.includes(one)), ...again];
}

function describeFailure(what: string, { file, failed, why = [] }: FileCount): void {
  say(`${what}: ${file} (${failed})`);
  for (const line of why) console.log(line.replace(/^/gm, '    '));
}

await setUp(['bookworm', 'trixie']);
ensureTestPackages();
const counts: FileCount[] = [];
if (asked.length === 0) {
  say('static checks');
  const results = await runChecks();
  reportChecks(results);
  counts.push(
    ...results.map(({ name, passed }) => ({ file: name, passed: passed ? 1 : 0, failed: passed ? 0 : 1 })),
  );
}
for (const [projects, more] of [
  [wanted(quick), []],
  [wanted(machines), [`--maxWorkers=${machineWorkers}`]],
] as const) {
  if (projects.length === 0) continue;
  say(`tests: ${projects.join(', ')}`);
  counts.push(...(await runTwice(projects, more)));
}
say('done');
const failures = counts.filter(({ failed }) => failed > 0);
for (const one of failures) describeFailure('failed', one);
const sum = (of: (count: FileCount) => number) => counts.reduce((total, count) => total + of(count), 0);
console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
