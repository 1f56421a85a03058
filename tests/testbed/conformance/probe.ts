import { inHook, type Stage } from './stage.ts';

/** Result of one hook command. */
export interface Answer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A hook command that succeeds and prints this (plus a newline unless empty or ending in one). */
export function prints(text: string): Answer {
  return { exitCode: 0, stdout: text === '' || text.endsWith('\n') ? text : `${text}\n`, stderr: '' };
}

/** A hook command that fails with `ERROR <text>`. */
export function fails(exitCode: number, text: string): Answer {
  return { exitCode, stdout: '', stderr: `ERROR ${text}\n` };
}

/** Runs each line of shell as a command in a unit's hook environment (juju exec), all in one context. */
export async function probe(stage: Stage, unit: string, lines: string[]): Promise<Answer[]> {
  const { stdout, stderr, exitCode } = await stage.model.exec(unit, script(lines));
  return answers(stdout, lines, `exit ${exitCode}: ${stderr}`);
}

/** As probe, but inside a hook, whose end commits what the lines wrote. */
export async function probeInHook(
  stage: Stage,
  unit: string,
  lines: string[],
  event: Parameters<typeof inHook>[3] = {},
): Promise<Answer[]> {
  const { stdout, record } = await inHook(stage, unit, script(lines), event);
  return answers(stdout, lines, `exit ${record.exitCode}: ${record.error}`);
}

function script(lines: string[]): string {
  const one = (line: string): string =>
    `{ ${line}\n} >/tmp/probe.out.$$ 2>/tmp/probe.err.$$\n` +
    'echo "$? $(base64 -w0 </tmp/probe.out.$$).$(base64 -w0 </tmp/probe.err.$$)"';
  return `${lines.map(one).join('\n')}\nrm -f /tmp/probe.*.$$\n`;
}

function answers(output: string, lines: string[], otherwise: string): Answer[] {
  const text = (base64 = ''): string => Buffer.from(base64, 'base64').toString();
  const found = output
    .split('\n')
    .filter((line) => /^\d+ [^ ]*$/.test(line))
    .map((line) => {
      const [code = '', rest = ''] = line.split(' ');
      const [out, err] = rest.split('.');
      return { exitCode: Number(code), stdout: text(out), stderr: text(err) };
    });
  if (found.length !== lines.length)
    throw new Error(`${found.length} of ${lines.length} lines ran: ${otherwise}`);
  return found;
}
