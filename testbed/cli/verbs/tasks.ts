import type { AdminClient, TaskInfo } from '../../protocol/admin.ts';
import { printAs } from '../printing.ts';
import { Refusal } from '../refusal.ts';
import { failureText, plainOutput, taskDocument, timeOf } from './action-output.ts';

const doneStatuses = ['completed', 'failed', 'error', 'aborted'];

/** True when a task has ended, well or not. */
export function ended(task: TaskInfo): boolean {
  return doneStatuses.includes(task.status);
}

/**
 * Waits for a task and hands each new progress line to `progress`. Gives the task as it is when the time is
 * over.
 */
export async function follow(
  client: AdminClient,
  task: TaskInfo,
  timeoutMs: number,
  progress: (line: string) => void,
): Promise<TaskInfo> {
  const deadline = Date.now() + timeoutMs;
  let now = task;
  let shown = 0;
  for (;;) {
    for (const line of now.log.slice(shown)) progress(`${timeOf(line.at)} ${line.message}`);
    shown = now.log.length;
    const left = deadline - Date.now();
    if (ended(now) || left <= 0) return now;
    const slice = Math.min(left, 60_000);
    now = await client.call('tasks.wait', { id: task.id, timeoutMs: slice, logLines: shown });
  }
}

/** Options for the tasks of one `juju run` or `juju exec`. */
export interface TaskRun {
  timeoutMs: number;
  background: boolean;
  /** `yaml`, `json`, or null for the plain form. */
  format: string | null;
}

/** Announces an operation, waits, prints results. Throws a Refusal when a task failed or the time ran out. */
export async function runTasks(
  client: AdminClient,
  operation: string,
  tasks: TaskInfo[],
  run: TaskRun,
): Promise<void> {
  const plural = tasks.length === 1 ? 'task' : 'tasks';
  console.error(
    `${run.background ? 'Scheduled' : 'Running'} operation ${operation} with ${tasks.length} ${plural}`,
  );
  for (const task of tasks) console.error(`  - task ${task.id} on unit-${task.unit.replace('/', '-')}`);
  if (run.background) {
    console.error(`Check operation status with 'juju show-operation ${operation}'`);
    for (const task of tasks) console.error(`Check task status with 'juju show-task ${task.id}'`);
    return;
  }
  console.error('');
  const finished: TaskInfo[] = [];
  const deadline = Date.now() + run.timeoutMs;
  for (const task of tasks) {
    console.error(`Waiting for task ${task.id}...`);
    finished.push(await follow(client, task, deadline - Date.now(), (line) => console.error(line)));
  }
  if (run.format !== null) {
    printAs(run.format, Object.fromEntries(finished.map((task) => [task.unit, taskDocument(task)])));
  } else {
    process.stdout.write(plainOutput(finished));
  }
  const late = finished.filter((task) => !ended(task)).map((task) => task.id);
  if (late.length > 0) {
    throw new Refusal(
      `timed out waiting for results from: task ${late.join(', ')}; see 'juju show-task ${late[0]}'`,
    );
  }
  const failure = failureText(finished);
  if (failure !== null) throw new Refusal(failure);
}
