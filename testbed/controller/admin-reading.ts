import type { AdminHandlers } from './admin-server.ts';
import { describeBags } from './bags.ts';
import type { Core } from './core.ts';
import { leaseMs } from './model-config.ts';
import { readHistory, readLog } from './records.ts';
import { describeSecret, findSecret } from './secrets.ts';
import { settledState } from './settled.ts';
import { charmOf, nowMs, requireApplication, requireRelation, requireUnit } from './state.ts';
import { statusDocument } from './status-document.ts';
import { cancelTask, describeTask, enqueueTasks, requireTask } from './tasks.ts';

/** Requests that only look, and those that wait for something to look at. */
export function readingHandlers(core: Core) {
  return {
    status: () =>
      statusDocument(
        core.model(),
        (unit) => !core.links.isConnected(unit) && core.model().units[unit]?.agent.status !== 'allocating',
      ),
    'changes.wait': async ({ after, timeoutMs }) => {
      await core.waitForChange(after, timeoutMs);
      return { version: core.model().version };
    },
    settled: ({ except }) => settledState(core, except ?? []),
    'settled.wait': async ({ timeoutMs, except }) => {
      const endMs = Date.now() + timeoutMs;
      let state = settledState(core, except ?? []);
      while (!state.settled && Date.now() < endMs) {
        await core.waitForChange(core.model().version, endMs - Date.now());
        state = settledState(core, except ?? []);
      }
      return state;
    },
    history: ({ unit }) => ({ hooks: readHistory(core.paths, unit) }),
    statusLog: ({ unit }) => ({ entries: requireUnit(core.model(), unit).statusLog }),
    log: ({ lines, units }) => ({ lines: readLog(core.paths, lines, units) }),
    relations: () => ({ relations: Object.values(core.model().relations).map(describeBags) }),
    bags: ({ relationId }) => describeBags(requireRelation(core.model(), relationId)),
    secrets: () => ({ secrets: Object.values(core.model().secrets).map(describeSecret) }),
    secretContent: ({ uri, revision }) => {
      const secret = findSecret(core.model(), uri);
      const wanted = revision ?? secret.latest;
      const found = secret.revisions.find((each) => each.revision === wanted);
      if (found === undefined) throw new Error(`secret ${uri} has no revision ${wanted}`);
      return { content: found.content };
    },
    ...taskHandlers(core),
  } satisfies Partial<AdminHandlers>;
}

function taskHandlers(core: Core) {
  return {
    actions: ({ application }) => ({
      actions: Object.entries(
        charmOf(core.model(), requireApplication(core.model(), application)).actions,
      ).map(([name, { description, schema }]) => ({ name, description, params: schema })),
    }),
    'tasks.enqueue': ({ units, action, params, parallel, executionGroup }) =>
      enqueueTasks(core.model(), {
        units,
        kind: 'action',
        action,
        command: '',
        params: params ?? {},
        parallel,
        executionGroup,
      }),
    'tasks.exec': ({ units, command, parallel }) =>
      enqueueTasks(core.model(), {
        units,
        kind: 'exec',
        action: core.model().juju === '2.9' ? 'juju-run' : 'juju-exec',
        command,
        params: {},
        parallel,
      }),
    'tasks.show': ({ id }) => describeTask(requireTask(core.model(), id)),
    'tasks.list': () => ({ tasks: Object.values(core.model().tasks).map(describeTask) }),
    'tasks.cancel': ({ id }) => cancelTask(core.model(), id),
    'tasks.wait': async ({ id, timeoutMs, logLines }) => {
      const endMs = Date.now() + timeoutMs;
      const task = requireTask(core.model(), id);
      while (task.completed === null && task.log.length <= (logLines ?? Number.POSITIVE_INFINITY)) {
        const leftMs = endMs - Date.now();
        if (leftMs <= 0) break;
        await core.waitForChange(core.model().version, leftMs);
      }
      return describeTask(task);
    },
    'clock.advance': async ({ ms }) => {
      await advanceClock(core, ms);
      return {};
    },
  } satisfies Partial<AdminHandlers>;
}

const claimWaitMs = 500;

/**
 * Moves the clock in steps shorter than a lease, and lets those who can still speak renew theirs after each.
 */
async function advanceClock(core: Core, ms: number): Promise<void> {
  const stepMs = Math.max(1, Math.floor(leaseMs(core.model()) / 2));
  await renewAll(core);
  for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
    core.model().clockAheadMs += Math.min(stepMs, leftMs);
    core.changed();
    core.flush();
    await renewAll(core);
  }
  core.log(
    'DEBUG',
    'juju.testbed.clock',
    `moved ahead by ${ms} ms, now ${new Date(nowMs(core.model())).toISOString()}`,
  );
}

async function renewAll(core: Core): Promise<void> {
  const before = new Map(
    Object.keys(core.model().units)
      .filter((unit) => core.links.isConnected(unit))
      .map((unit) => [unit, core.links.claims(unit)]),
  );
  for (const unit of before.keys()) core.links.push(unit, { push: 'claim' });
  const endMs = Date.now() + claimWaitMs;
  const answered = (): boolean =>
    [...before].every(([unit, claims]) => !core.links.isConnected(unit) || core.links.claims(unit) > claims);
  while (!answered() && Date.now() < endMs) await core.links.nextClaim(endMs - Date.now());
}
