import { defineConfig } from 'vitest/config';

/** One project per kind of test. Those that boot machines run file by file: two cores carry two machines well, not six. */
const quick = (name: string, include: string[]) => ({
  test: { name, include, testTimeout: 30_000, hookTimeout: 30_000 },
});
const machines = (name: string, include: string[]) => ({
  test: {
    name,
    include,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    pool: 'forks' as const,
  },
});

export default defineConfig({
  test: {
    projects: [
      quick('unit', ['tests/unit/**/*.test.ts']),
      quick('architecture', ['tests/architecture/**/*.test.ts']),
      { test: { name: 'simulation', include: ['tests/simulation/**/*.test.ts'], testTimeout: 120_000 } },
      quick('postgres', ['tests/postgres/**/*.test.ts']),
      machines('testbed', ['tests/testbed/**/*.test.ts']),
      machines('integration', ['tests/integration/**/*.test.ts']),
    ],
  },
});
