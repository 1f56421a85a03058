import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeOption, readVerdicts } from '../../../src/postgres/option-verdicts.ts';
import type { Verdict } from '../../../src/server/raw-options.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unanswered-check-'));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true }));

/** The verdict on `text` of a program that does `script` in the place of `postgres -C`. */
async function judged(text: string, script: string): Promise<Verdict | null> {
  const program = join(folder, 'postgres');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  await judgeOption(folder, { option: 'extra_pg_conf', text, major: 15, binDirectory: folder });
  return (await readVerdicts(folder)).extra_pg_conf;
}

// Its time limit ends the program with a signal too.
test.each([
  ['is killed', 'kill -KILL $$'],
  ['finds no space', 'echo "could not write: No space left on device" >&2; exit 1'],
])(
  'a check that %s is no verdict on the lines: the last good ones stay, and it is made again',
  async (_, script) => {
    const good = 'work_mem = 1MB';
    await judged(good, 'echo 100');
    expect(await judged('work_mem = 2MB', script)).toMatchObject({ outcome: 'unknown', good });
    expect(await judged('work_mem = 2MB', 'echo 100')).toMatchObject({
      outcome: 'taken',
      problems: [],
      good: 'work_mem = 2MB',
    });
  },
);

test('a check without the program is no verdict either', async () => {
  const option = { option: 'extra_pg_conf', text: 'work_mem = 1MB', major: 15 } as const;
  await judgeOption(folder, { ...option, binDirectory: join(folder, 'nowhere') });
  expect((await readVerdicts(folder)).extra_pg_conf).toMatchObject({ outcome: 'unknown', good: null });
});
