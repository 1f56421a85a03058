import { Command, InvalidArgumentError, Option } from 'commander';

/**
 * Adds a command that is about a model: it takes `-m`. Usage as commander has it: `deploy <charm>
 * [application]`.
 */
export function verb(program: Command, usage: string, summary: string): Command {
  return program.command(usage).description(summary).option('-m, --model <model>', 'the model to work on');
}

/** `--option value`, repeatable: gathers all values. */
export function repeatable(flags: string, summary: string): Option {
  return new Option(flags, summary)
    .default([] as string[])
    .argParser((value: string, before: string[]) => [...before, value]);
}

/** Options of the real command that mean nothing here: accepted, and said to be without effect when given. */
export function withoutEffect(command: Command, ...flags: string[]): Command {
  for (const flag of flags) {
    const option = new Option(flag, 'no effect on the testbed');
    command.addOption(option);
    command.on(`option:${option.name()}`, () => {
      console.error(`Note: --${option.name()} has no effect on the testbed`);
    });
  }
  return command;
}

/** Parser for counts. Throws commander's error for anything but a whole number from 0 up. */
export function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

/** Parser for `90s`, `5m`, `1h30m`, `250ms`: milliseconds. */
export function durationMs(text: string): number {
  const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) {
    throw new InvalidArgumentError('expected a duration such as 90s, 5m or 1h30m');
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}
