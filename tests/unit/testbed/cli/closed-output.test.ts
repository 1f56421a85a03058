import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../../../../testbed/cli/main.ts');

/** Runs the command line with a stdout or stderr that nobody reads. */
async function runUnread(unread: 'stdout' | 'stderr', args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child[unread].destroy();
  const read = unread === 'stdout' ? child.stderr : child.stdout;
  const [said, [exitCode]] = await Promise.all([text(read), once(child, 'close')]);
  return { said, exitCode };
}

describe('a reader that went away, as in `juju status | head -1`', () => {
  test('ends the program as a broken pipe does, without a word', async () => {
    expect(await runUnread('stdout', ['help'])).toEqual({ said: '', exitCode: 141 });
    expect(await runUnread('stderr', ['no-such-verb'])).toEqual({ said: '', exitCode: 141 });
  });
});
