import type { TaskInfo } from '../../protocol/admin.ts';
import { asYaml } from '../printing.ts';

/** One task as `--format yaml|json` and show-task print it. */
export function taskDocument(task: TaskInfo): Record<string, unknown> {
  return {
    id: task.id,
    ...(task.log.length === 0 ? {} : { log: task.log.map((line) => `${timeOf(line.at)} ${line.message}`) }),
    ...(task.message === '' ? {} : { message: task.message }),
    ...(Object.keys(task.results).length === 0 ? {} : { results: task.results }),
    status: task.status,
    timing: timing(task),
    unit: task.unit,
  };
}

/** One task as 2.9's `run-action --wait` prints it. */
export function oldTaskDocument(task: TaskInfo): Record<string, unknown> {
  const { unit, ...rest } = taskDocument(task);
  return { UnitId: unit, ...rest };
}

function timing(task: TaskInfo): Record<string, string> {
  const asGo = (at: string): string => at.replace('T', ' ').replace(/\.\d+Z$|Z$/, ' +0000 UTC');
  return {
    ...(task.completed === null ? {} : { completed: asGo(task.completed) }),
    enqueued: asGo(task.enqueued),
    ...(task.started === null ? {} : { started: asGo(task.started) }),
  };
}

/** `2026-01-02T03:04:05.678Z` → `03:04:05`. */
export function timeOf(at: string): string {
  return at.slice(11, 19);
}

/**
 * Output of `juju run` and `juju exec` without --format: the one unit's output and results bare, several units' under their names. Ends
 * with a newline unless empty.
 */
export function plainOutput(tasks: TaskInfo[]): string {
  const [only] = tasks;
  if (tasks.length === 1 && only) return bareOutput(only);
  const byUnit = tasks.map((task) => [
    task.unit,
    {
      id: task.id,
      output: bareOutput(task),
      status: task.status,
      ...(task.message === '' ? {} : { message: task.message }),
    },
  ]);
  return asYaml(Object.fromEntries(byUnit));
}

function bareOutput(task: TaskInfo): string {
  const { stdout, stderr, 'return-code': _code, ...rest } = task.results;
  const texts = [stdout, stderr].filter((text): text is string => typeof text === 'string' && text !== '');
  const output = texts.map((text) => (text.endsWith('\n') ? text : `${text}\n`)).join('');
  return output + (Object.keys(rest).length === 0 ? '' : asYaml(rest));
}

/** Juju's sentence when tasks did not complete, or null. */
export function failureText(tasks: TaskInfo[]): string | null {
  const failed = tasks.filter((task) => task.status !== 'completed');
  if (failed.length === 0) return null;
  const lines = failed.map((task) => ` - id "${task.id}" with ${reason(task)}`);
  const [noun, failures] = failed.length === 1 ? ['task', 'failure'] : ['tasks', 'failures'];
  return [
    `the following ${noun} failed:`,
    ...lines,
    '',
    `use 'juju show-task' to inspect the ${failures}`,
  ].join('\n');
}

function reason(task: TaskInfo): string {
  const code = task.results['return-code'];
  if (typeof code === 'number' && code !== 0) return `return code ${code}`;
  return `message "${task.message || task.status}"`;
}
