/** One run of vitest, counted file by file. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';

const root = join(import.meta.dirname, '..');

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
});

/** Outcome of the tests of one file. */
export interface FileCount {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  /** Reasons for the last lines of a long output: a line per failed test, with the start of its message. */
  readonly why?: readonly string[];
}

/**
 * Runs projects of vitest.config.ts with more arguments. What neither passed nor failed (a skipped test, one whose file or hook broke
 * before it) counts as failed. So does a run without a report.
 */
export async function runVitest(projects: readonly string[], more: readonly string[]): Promise<FileCount[]> {
  const reportFile = join(root, '.cache', `report-${process.pid}.json`);
  rmSync(reportFile, { force: true });
  mkdirSync(join(root, '.cache'), { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const code = await vitest([
    'run',
    ...projects.flatMap((name) => ['--project', name]),
    ...more,
    ...reporters,
  ]);
  const files = readReport(reportFile);
  const broken = files.length === 0 || (code !== 0 && files.every(({ failed }) => failed === 0));
  return broken
    ? [...files, { file: `vitest for ${projects.join(', ')} (exit ${code})`, passed: 0, failed: 1 }]
    : files;
}

function readReport(reportFile: string): FileCount[] {
  try {
    return Report.parse(JSON.parse(readFileSync(reportFile, 'utf8'))).testResults.map(countFile);
  } catch (error) {
    console.error(`vitest left no report: ${String(error)}`);
    return [];
  } finally {
    rmSync(reportFile, { force: true });
  }
}

function countFile({
  name,
  status,
  message,
  assertionResults,
}: z.infer<typeof Report>['testResults'][number]): FileCount {
  const passed = assertionResults.filter((one) => one.status === 'passed').length;
  const failed = assertionResults.length - passed;
  const why = assertionResults
    .filter((one) => one.failureMessages.length > 0)
    .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join(' ').slice(0, 600)}`);
  return {
    file: relative(root, name),
    passed,
    failed: status === 'passed' ? failed : Math.max(failed, 1),
    why: message === '' ? why : [...why, message.slice(0, 600)],
  };
}

function vitest(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const program = join(root, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', () => resolve(127));
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
}
