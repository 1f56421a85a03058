import type { Command } from 'commander';
import { columns, titles } from '../columns.ts';
import { actionParameters } from '../key-values.ts';
import { asYaml, printAs } from '../printing.ts';
import { refuse, usageError } from '../refusal.ts';
import { type ModelOptions, type Session, withModel } from '../session.ts';
import { durationMs, repeatable, verb } from '../verb.ts';
import { oldTaskDocument, taskDocument } from './action-output.ts';
import { commandOn, type ExecOptions } from './exec.ts';
import { ended, follow, runTasks } from './tasks.ts';

interface RunOptions extends ExecOptions {
  stringArgs?: boolean;
  params?: string;
}

const defaultWaitMs = 60_000;
const forEverMs = 24 * 3_600_000;

/** Registers run, run-action, actions, show-action, show-task, show-operation, operations, cancel-task. */
export function registerActions(program: Command): void {
  verb(program, 'run [words...]', 'Runs an action: unit... action [key=value...]. In 2.9: runs a command.')
    .option('--wait <duration>', 'how long to wait, such as 5m', durationMs)
    .option('--background', 'returns at once')
    .option('--string-args', 'values stay strings')
    .option('--params <file>', 'YAML with parameters')
    .option('--format <format>', 'plain, yaml or json', 'plain')
    .addOption(repeatable('-u, --unit <units>', '2.9: where to run a command'))
    .addOption(repeatable('-a, --application <applications>', '2.9: where to run a command'))
    .option('--all', '2.9: runs a command on every machine')
    .option('--timeout <duration>', '2.9: how long a command may take', durationMs)
    .option('--no-color', 'there are no colours')
    .option('--utc', 'times always are')
    .action((words: string[], options: RunOptions) =>
      withModel(options, (session) => run(session, words, options)),
    );
  verb(program, 'run-action <words...>', '2.9: queues an action: unit... action [key=value...].')
    .option('--wait [duration]', 'waits for the results')
    .option('--string-args', 'values stay strings')
    .option('--params <file>', 'YAML with parameters')
    .option('--format <format>', 'yaml or json', 'yaml')
    .action((words: string[], options: RunOptions & { wait?: string | true }) =>
      withModel(options, (session) => runAction(session, words, options)),
    );
  registerTaskViews(program);
}

async function run(session: Session, words: string[], options: RunOptions): Promise<void> {
  if (session.model.juju === '2.9') {
    if (options.all || options.unit.length > 0 || options.application.length > 0) {
      return commandOn(session, words, options);
    }
    refuse(
      "in Juju 2.9 `run` runs a command (--unit, --application, --all): for an action type 'juju run-action'",
    );
  }
  const { units, action, rest } = splitWords(words);
  const params = actionParameters(rest, options);
  const { operation, tasks } = await session.client.call('tasks.enqueue', { units, action, params });
  await runTasks(session.client, operation, tasks, {
    timeoutMs: options.wait ?? defaultWaitMs,
    background: options.background ?? false,
    format: options.format === 'plain' ? null : options.format,
  });
}

async function runAction(
  session: Session,
  words: string[],
  options: Omit<RunOptions, 'wait'> & { wait?: string | true },
): Promise<void> {
  if (session.model.juju !== '2.9') {
    refuse(`"run-action" is not a command of Juju ${session.model.juju}: use 'juju run ${words.join(' ')}'`);
  }
  const { units, action, rest } = splitWords(words);
  const params = actionParameters(rest, options);
  const { tasks } = await session.client.call('tasks.enqueue', { units, action, params });
  if (options.wait === undefined) {
    for (const task of tasks) console.log(`Action queued with id: "${task.id}"`);
    return;
  }
  const waitMs =
    typeof options.wait === 'string' && options.wait !== '' ? durationMs(options.wait) : forEverMs;
  const finished = [];
  for (const task of tasks) finished.push(await follow(session.client, task, waitMs, () => {}));
  const byUnit = finished.map((task) => [`unit-${task.unit.replace('/', '-')}`, oldTaskDocument(task)]);
  printAs(options.format, Object.fromEntries(byUnit));
  if (finished.some((task) => !ended(task))) refuse('timed out waiting for the action');
}

/** `pg/0 pg/1 backup full=true` → units, the action, its parameters. */
function splitWords(words: string[]): { units: string[]; action: string; rest: string[] } {
  const isUnit = (word: string): boolean => /^[a-z][a-z0-9-]*\/(\d+|leader)$/.test(word);
  const at = words.findIndex((word) => !isUnit(word));
  if (at === 0)
    usageError(`no unit specified before "${words[0]}": juju run <unit> <action> [key=value ...]`);
  const action = words[at];
  if (at < 0 || action === undefined)
    usageError('no action specified: juju run <unit> <action> [key=value ...]');
  return { units: words.slice(0, at), action, rest: words.slice(at + 1) };
}

function registerTaskViews(program: Command): void {
  verb(program, 'actions <application>', 'Lists the actions of an application.')
    .alias('list-actions')
    .option('--schema', 'with their parameters')
    .option('--format <format>', 'tabular, yaml or json', 'tabular')
    .action((application: string, options: ModelOptions & { schema?: boolean; format: string }) =>
      withModel(options, async ({ client }) => {
        const { actions } = await client.call('actions', { application });
        if (options.schema) process.stdout.write(asYaml(schemas(actions)));
        else if (options.format !== 'tabular') {
          printAs(options.format, Object.fromEntries(actions.map((each) => [each.name, each.description])));
        } else
          process.stdout.write(
            columns(
              titles('Action Description'),
              actions.map((a) => [a.name, oneLine(a.description)]),
            ),
          );
      }),
    );
  verb(program, 'show-action <application> <action>', 'Shows what an action does and takes.').action(
    (application: string, name: string, options: ModelOptions) =>
      withModel(options, async ({ client }) => {
        const { actions } = await client.call('actions', { application });
        const found = actions.find((each) => each.name === name);
        if (!found) return refuse(`unknown action "${name}": see 'juju actions ${application}'`);
        process.stdout.write(`${found.description}\n\nArguments\n${asYaml(found.params)}`);
      }),
  );
  verb(program, 'show-task <id>', 'Shows a task and its results.')
    .alias('show-action-output')
    .option('--format <format>', 'yaml or json', 'yaml')
    .option('--wait <duration>', 'how long to wait for its end', durationMs)
    .action((id: string, options: ModelOptions & { format: string; wait?: number }) =>
      withModel(options, async ({ client }) => {
        const task = await client.call('tasks.show', { id });
        printAs(options.format, taskDocument(await follow(client, task, options.wait ?? 0, () => {})));
      }),
    );
  verb(program, 'show-operation <id>', 'Shows an operation and its tasks.')
    .option('--format <format>', 'yaml or json', 'yaml')
    .action((id: string, options: ModelOptions & { format: string }) =>
      withModel(options, async ({ client }) => {
        const tasks = (await client.call('tasks.list', {})).tasks.filter((task) => task.operation === id);
        if (tasks.length === 0) refuse(`operation "${id}" not found: see 'juju operations'`);
        printAs(options.format, {
          summary: `${tasks[0]?.action} run on ${tasks.map((task) => task.unit).join(',')}`,
          status: tasks.find((task) => task.status !== 'completed')?.status ?? 'completed',
          tasks: Object.fromEntries(tasks.map((task) => [task.id, taskDocument(task)])),
        });
      }),
    );
  verb(program, 'operations', 'Lists tasks.')
    .alias('show-action-status')
    .action((options: ModelOptions) =>
      withModel(options, async ({ client }) => {
        const { tasks } = await client.call('tasks.list', {});
        const rows = tasks.map((task) => [task.operation, task.id, task.status, task.unit, task.action]);
        process.stdout.write(columns(titles('>Operation >Task Status Unit Action'), rows));
      }),
    );
  verb(program, 'cancel-task <ids...>', 'Stops tasks that wait or run.').action(
    (ids: string[], options: ModelOptions) =>
      withModel(options, async ({ client }) => {
        for (const id of ids) await client.call('tasks.cancel', { id });
      }),
  );
}

function schemas(actions: { name: string; description: string; params: Record<string, unknown> }[]): unknown {
  return Object.fromEntries(
    actions.map((each) => [each.name, { description: each.description, ...each.params }]),
  );
}

function oneLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
