import { defineConfig } from 'vitest/config';

/** One project per kind of test. Those that boot machines have the patience for it. */
const quick = (name: string, include: string[]) => ({
  test: { name, include, testTimeout: 60_000, hookTimeout: 60_000 },
});
const machines = (name: string, include: string[]) => ({
  test: { name, include, testTimeout: 600_000, hookTimeout: 600_000, pool: 'forks' as const },
});

export default defineConfig({
  test: {
    projects: [
      quick('unit', ['tests/unit/**/*.test.ts']),
      quick('architecture', ['tests/architecture/**/*.test.ts']),
      { test: { name: 'simulation', include: ['tests/simulation/**/*.test.ts'], testTimeout: 120_000 } },
      machines('postgres', ['tests/postgres/**/*.test.ts']),
      machines('testbed', ['tests/testbed/**/*.test.ts']),
      machines('integration', ['tests/integration/**/*.test.ts']),
    ],
  },
});
