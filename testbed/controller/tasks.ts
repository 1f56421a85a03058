import type { TaskInfo } from '../protocol/admin.ts';
import type { AgentMethods, TaskStart } from '../protocol/agent-methods.ts';
import { checkParams, withDefaults } from './action-params.ts';
import { leaderOf } from './leases.ts';
import {
  charmOf,
  type ModelState,
  nextNumber,
  requireApplication,
  requireUnit,
  type Task,
  timestamp,
} from './state.ts';

export interface TaskWish {
  units: string[];
  kind: 'action' | 'exec';
  action: string;
  command: string;
  params: Record<string, unknown>;
  parallel?: boolean | undefined;
  executionGroup?: string | undefined;
}

/**
 * Queues an action or a command for each unit (`app/leader` is understood). Unknown actions and bad
 * parameters are refused.
 */
export function enqueueTasks(model: ModelState, wish: TaskWish): { operation: string; tasks: TaskInfo[] } {
  const units = wish.units.map((name) => resolveUnit(model, name));
  const starts = units.map((unit) => {
    if (wish.kind === 'exec')
      return { parameters: {}, parallel: wish.parallel ?? false, group: wish.executionGroup ?? '' };
    const action = charmOf(model, requireApplication(model, requireUnit(model, unit).application)).actions[
      wish.action
    ];
    if (action === undefined) throw new Error(`action "${wish.action}" not defined on unit "${unit}"`);
    const parameters = withDefaults(action.schema, wish.params);
    const problems = checkParams(action.schema, wish.params);
    if (problems.length > 0) throw new Error(`validation failed: ${problems.join('; ')}`);
    const parallel = wish.parallel ?? action.parallel;
    return { parameters, parallel, group: wish.executionGroup ?? action.executionGroup };
  });
  const operation = String(1 + nextNumber(model, 'task'));
  const tasks = units.map((unit, at): Task => {
    const id = String(1 + nextNumber(model, 'task'));
    const start = starts[at];
    return {
      id,
      operation,
      unit,
      action: wish.action,
      parameters: start?.parameters ?? {},
      status: 'pending',
      message: '',
      results: {},
      log: [],
      enqueued: timestamp(model),
      started: null,
      completed: null,
      kind: wish.kind,
      command: wish.command,
      parallel: start?.parallel ?? false,
      executionGroup: start?.group ?? '',
    };
  });
  for (const task of tasks) model.tasks[task.id] = task;
  forgetOldTasks(model);
  return { operation, tasks: tasks.map(describeTask) };
}

const keptTasks = 300;

function forgetOldTasks(model: ModelState): void {
  const ended = Object.values(model.tasks).filter((task) => task.completed !== null);
  for (const task of ended.slice(0, Math.max(0, ended.length - keptTasks))) delete model.tasks[task.id];
}

function resolveUnit(model: ModelState, name: string): string {
  if (!name.endsWith('/leader')) return requireUnit(model, name).name;
  const application = name.slice(0, -'/leader'.length);
  requireApplication(model, application);
  const leader = leaderOf(model, application);
  if (leader === null) throw new Error(`could not determine leader for "${application}"`);
  return leader;
}

export function requireTask(model: ModelState, id: string): Task {
  const task = model.tasks[id];
  if (task === undefined) throw new Error(`task "${id}" not found`);
  return task;
}

/** The part of a task that clients see. */
export function describeTask(task: Task): TaskInfo {
  const { kind: _kind, command: _command, parallel: _parallel, executionGroup: _group, ...info } = task;
  return structuredClone(info);
}

/** The unit starts it: what to run, checked once more against the charm it has now. */
export function beginTask(model: ModelState, id: string): TaskStart {
  const task = requireTask(model, id);
  if (task.status === 'pending') Object.assign(task, { status: 'running', started: timestamp(model) });
  const { action: name, kind, command, parameters, parallel, executionGroup } = task;
  const start = { name, kind, command, parameters, parallel, executionGroup, invalid: null };
  if (kind === 'exec') return start;
  const application = requireApplication(model, requireUnit(model, task.unit).application);
  const action = charmOf(model, application).actions[name];
  if (action === undefined)
    return { ...start, invalid: `action "${name}" not defined on unit "${task.unit}"` };
  const problems = checkParams(action.schema, parameters);
  return problems.length === 0 ? start : { ...start, invalid: `validation failed: ${problems.join('; ')}` };
}

/** The unit reports a task's end; an end already recorded stays. */
export function finishTask(model: ModelState, end: AgentMethods['task.finish'][0]): void {
  const task = requireTask(model, end.id);
  if (task.completed !== null) return;
  const { status, message, results } = end;
  Object.assign(task, { status, message, results, completed: timestamp(model) });
}

/** A pending task is cancelled at once; a running one when its unit has killed it. */
export function cancelTask(model: ModelState, id: string): TaskInfo {
  const task = requireTask(model, id);
  if (task.status === 'pending') Object.assign(task, { status: 'cancelled', completed: timestamp(model) });
  else if (task.status === 'running') task.status = 'aborting';
  return describeTask(task);
}
