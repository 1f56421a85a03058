/** `npm run check`: all static checks, side by side; prints what failed, exits 1 if anything did. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

const checks: Record<string, readonly string[]> = {
  types: [bin('tsc'), '-p', 'tsconfig.json'],
  lint: [bin('oxlint'), '--type-aware', '--deny-warnings', 'src', 'scripts', 'testbed', 'tests'],
  format: [bin('biome'), 'ci', '--colors=off', '.'],
  'dead code': [bin('knip')],
  // Kept alive by its tests alone.
  'dead code of the charm': [bin('knip'), '--production'],
};

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly output: string;
}

/** Runs every static check and says which passed. */
export async function runChecks(): Promise<CheckResult[]> {
  return Promise.all(Object.entries(checks).map(([name, command]) => runCheck(name, command)));
}

function runCheck(name: string, [file = '', ...args]: readonly string[]): Promise<CheckResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ name, passed: false, output: String(error) }));
    child.on('close', (code) => resolve({ name, passed: code === 0, output }));
  });
}

/** Prints the results as one line each, and the whole output of those that failed. */
export function reportChecks(results: readonly CheckResult[]): void {
  for (const { name, passed, output } of results) {
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${name}`);
    if (!passed) console.log(output);
  }
}

if (import.meta.main) {
  const results = await runChecks();
  reportChecks(results);
  process.exitCode = results.every((result) => result.passed) ? 0 : 1;
}
