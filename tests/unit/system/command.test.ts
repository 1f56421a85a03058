import { describe, expect, test } from 'vitest';
import { CommandError, runCommand, shownCommand } from '../../../src/system/command.ts';
import { runStreamed } from '../../../src/system/streamed-command.ts';

describe('a command', () => {
  test('gives what it printed', async () => {
    expect(await runCommand('printf', ['%s', 'a b'])).toBe('a b');
  });

  test('runs in the C locale, with variables added and taken away', async () => {
    const script = 'echo "$LC_ALL $ADDED ${HOME-none}"';
    const text = await runCommand('sh', ['-c', script], { env: { ADDED: 'yes', HOME: null } });
    expect(text.trim()).toBe('C yes none');
  });

  test('that fails says how and with which last words', async () => {
    const failing = runCommand('sh', ['-c', 'echo one >&2; echo two >&2; exit 3']);
    await expect(failing).rejects.toThrow(CommandError);
    await expect(failing).rejects.toMatchObject({ command: 'sh', exitCode: 3, stderrTail: 'one | two' });
  });

  test('that is not there is an error of its own', async () => {
    await expect(runCommand('no-such-program', [])).rejects.toMatchObject({ exitCode: 127 });
  });

  test('is shown without the program that changes the account', () => {
    expect(shownCommand(['setpriv', '--reuid=postgres', '/usr/lib/x/bin/pg_ctl', '--pgdata', 'd'])).toBe(
      'pg_ctl',
    );
    expect(shownCommand(['/usr/bin/apt-get', 'update'])).toBe('apt-get update');
  });
});

describe('a long command', () => {
  test('hands over its lines as they come, also those rewritten in place', async () => {
    const lines: string[] = [];
    await runStreamed(['sh', '-c', "printf '1/2\\r2/2\\nend\\n' >&2"], (line) => lines.push(line));
    expect(lines).toEqual(['1/2', '2/2', 'end']);
  });

  test('that fails says with which last words, progress left out', async () => {
    const script = "echo ' 12/34 kB (35%)'; echo why; exit 1";
    await expect(runStreamed(['sh', '-c', script], () => {})).rejects.toMatchObject({
      exitCode: 1,
      stderrTail: 'why',
    });
  });
});
