/**
 * `npm test [-- PROJECT …]`: static checks, then every test. The last line is `N passed, N failed`.
 * Projects (vitest.config.ts): unit architecture simulation postgres testbed integration.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { reportChecks, runChecks } from './check.ts';
import { ensureHostPostgres, say, setUp } from './setup.ts';

const root = join(import.meta.dirname, '..');
const quick = ['unit', 'architecture', 'simulation'];
/** These mostly wait: for a machine to boot, a package to unpack, a hook to come. Three files at a time keep two cores busy. */
const machines = ['postgres', 'testbed', 'integration'];
const machineWorkers = 3;

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numTotalTests: z.number(),
  success: z.boolean(),
});

interface Count {
  passed: number;
  failed: number;
}

/** Runs some of vitest's projects; a run that ends without a report counts as one failure. */
async function runProjects(projects: readonly string[], more: readonly string[] = []): Promise<Count> {
  const reportFile = join(root, '.cache', `report-${projects.join('-')}.json`);
  rmSync(reportFile, { force: true });
  mkdirSync(join(root, '.cache'), { recursive: true });
  const args = [
    'run',
    ...projects.flatMap((name) => ['--project', name]),
    ...more,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${reportFile}`,
  ];
  const code = await new Promise<number>((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', () => resolve(127));
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
  try {
    const report = Report.parse(JSON.parse(readFileSync(reportFile, 'utf8')));
    const { numPassedTests: passed, numFailedTests: failed, numTotalTests: total } = report;
    // A file that does not load, a hook that fails and a skipped test all leave tests that neither passed nor failed.
    const lost = total - passed - failed;
    return { passed, failed: failed + lost + (failed + lost === 0 && code !== 0 ? 1 : 0) };
  } catch (error) {
    console.error(`vitest left no report for ${projects.join(', ')} (exit ${code}): ${String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !quick.includes(name) && !machines.includes(name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are: ${[...quick, ...machines].join(', ')}`);
  process.exit(2);
}
const wanted = (names: readonly string[]) =>
  names.filter((name) => asked.length === 0 || asked.includes(name));

await setUp(['bookworm', 'trixie']);
ensureHostPostgres();
const total: Count = { passed: 0, failed: 0 };
if (asked.length === 0) {
  say('static checks');
  const results = await runChecks();
  reportChecks(results);
  for (const { passed } of results) total[passed ? 'passed' : 'failed'] += 1;
}
const runs: [string[], string[]][] = [
  [wanted(quick), []],
  [wanted(machines), [`--maxWorkers=${machineWorkers}`]],
];
for (const [projects, more] of runs) {
  if (projects.length === 0) continue;
  say(`tests: ${projects.join(', ')}`);
  const count = await runProjects(projects, more);
  total.passed += count.passed;
  total.failed += count.failed;
}
say('done');
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
