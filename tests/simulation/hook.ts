/** One hook: the shipped plan between a model of Juju and a model of machines, in steps that others can come between. */
import {
  type Attempts,
  askedSeconds,
  hasLateDecision,
  type Memory,
  type Plan,
  type Step,
  situationOf,
  stepsOf,
  stepsToTake,
  stepText,
} from '../shipped.ts';
import { momentOf } from './clocks.ts';
import { commitHook } from './commit.ts';
import type { Hook } from './hook-state.ts';
import { beginHook, renewCache } from './juju.ts';
import { isLeader } from './leases.ts';
import { means } from './means.ts';
import { lookAt } from './observe.ts';
import { perform } from './perform.ts';
import { checkProgress } from './progress.ts';
import { tryPorts } from './reachability.ts';
import { readingOf } from './reading.ts';
import { checkpoint } from './servers.ts';
import { tell, type Unit, violate, type World } from './world.ts';

/** Rounds a pass may take, as in the shell. */
const roundLimit = 10;

/** Runs `event` on `unit`. Every yield is a place where the pass can be killed or the world can move. */
export function* runHook(world: World, unit: Unit, event: string): Generator<string, void> {
  if (event === 'install') unit.installed = true;
  if (event === 'replication-created') unit.joined = true;
  renewCache(unit, event);
  const hook = beginHook(world, unit, event);
  yield* waitForJuju(world);
  if (world.charm.asksLeadershipLate) {
    hook.juju = { ...hook.juju, leader: isLeader(world, unit), askedAt: momentOf(world, unit) };
  }
  const plan = yield* runPass(world, unit, hook);
  takeBackLate(world, unit, hook);
  if (plan.memory.cluster.seenEpoch > unit.passedEpoch) unit.passedEpoch = plan.memory.cluster.seenEpoch;
  unit.knowsManual = hook.begun.options['manual_replication'] === true;
  unit.stallsUntil = 0;
  checkProgress(world, unit, hook);
  yield 'commit';
  if (!commitHook(world, unit, hook)) {
    tell(world, `${unit.name} ${event}: the commit is refused`);
    unit.retry = event;
    unit.failsUntil = Math.max(unit.failsUntil, world.time + 5);
    return;
  }
  if (unit.teardown?.[0] !== event) return;
  unit.teardown.shift();
  if (event.startsWith('departed ')) unit.unseen.add(event.slice('departed '.length));
}

/** Time until Juju has answered: now and then long, on a machine that is short of everything. */
function* waitForJuju({ faults, random }: World): Generator<string, void> {
  const turns = faults && random.oneIn(8) ? 1 + random.below(20) : 1;
  for (let turn = 0; turn < turns; turn += 1) yield 'asked';
}

/** The loop of a pass: observe, plan, apply, until the plan is empty. */
export function* runPass(world: World, unit: Unit, hook: Hook): Generator<string, Plan> {
  const attempts: Attempts = { failed: [], taken: new Map() };
  for (let round = 1; ; round += 1) {
    hook.answers ??= tryPorts(world, unit, hook);
    const plan = planRound(world, unit, hook, attempts);
    checkWords(world, unit, plan);
    const settled = stepsOf(plan).length === 0;
    if (settled || round > roundLimit) {
      if (!settled) perform(world, unit, hook, goOnLater);
      return plan;
    }
    if (world.random.oneIn(4)) yield 'remembered';
    if (!(yield* takeSteps(world, unit, hook, plan, attempts))) {
      tell(world, `${unit.name}   a step comes too late`);
      perform(world, unit, hook, goOnAfresh);
      return plan;
    }
  }
}

/** The plan of a round, its memory noted. Where that cannot be, one without the steps that rest on promises, as in the shell. */
function planRound(world: World, unit: Unit, hook: Hook, { failed }: Attempts): Plan {
  const situation = situationOf(
    world.charm.sees(lookAt(world, unit, hook)),
    means,
    readingOf(unit, hook),
    world.charm.rules,
  );
  const plan = world.charm.plan(situation, failed);
  if (isNoted(world, unit, plan.memory)) {
    unit.kept = { ...unit.kept, memory: plan.memory };
    return plan;
  }
  const isKept = JSON.stringify(plan.memory.cluster) === JSON.stringify(unit.kept.memory.cluster);
  hook.unknown = { ...hook.unknown, [isKept ? 'memory' : 'promises']: 'no space left' };
  const unknown = { ...situation.observation.unknown, ...hook.unknown };
  return world.charm.plan({ ...situation, observation: { ...situation.observation, unknown } }, failed);
}

function isNoted(world: World, unit: Unit, memory: Memory): boolean {
  if (unit.trouble.noNotes <= world.time) return true;
  return JSON.stringify(memory) === JSON.stringify(unit.kept.memory);
}

const goOnLater: Step = {
  kind: 'job.start',
  request: { job: 'watch', until: { event: 'elapsed' }, limitSeconds: 30 },
};
const goOnAfresh: Step = { kind: 'wake.self', why: 'Juju was asked too long ago' };

function checkWords(world: World, unit: Unit, { rules, status, applicationStatus }: Plan): void {
  if (world.story !== null) tell(world, `${unit.name}   rules ${rules.join(', ')}: ${status.message}`);
  if (status.message === '') violate(world, `${unit.name} has no words for its state`);
  world.applicationStatus = applicationStatus?.message ?? world.applicationStatus;
  if (applicationStatus?.message === '') violate(world, `${unit.name} has no words for the application`);
}

/** Takes the steps of one plan. False when one is left to a fresh hook. */
function* takeSteps(
  world: World,
  unit: Unit,
  hook: Hook,
  plan: Plan,
  attempts: Attempts,
): Generator<string, boolean> {
  const limits = world.charm.startsLate ? { ...plan, writesBeginWithinSeconds: null } : plan;
  const elapsed = (): number => askedSeconds(hook.juju, momentOf(world, unit));
  const steps = stepsToTake(limits, attempts, elapsed);
  let next = steps.next();
  while (next.done !== true) {
    const step = next.value;
    const reason = perform(world, unit, hook, step);
    if (world.story !== null) {
      tell(world, `${unit.name}   ${stepText(step)}${reason === null ? '' : ` did not work: ${reason}`}`);
    }
    if (world.charm.actsOnOwnDecision) takeForCommitted(hook);
    yield* pauseAfter(world, unit, step);
    next = steps.next(reason);
  }
  return next.value;
}

/** A planted bug: acts on a decision that may still be rolled back. */
function takeForCommitted(hook: Hook): void {
  const { peer } = hook.juju;
  if (peer !== null) hook.juju = { ...hook.juju, peer: { ...peer, committed: peer.application } };
}

/** Others come in after a step, and some steps take their time. */
function* pauseAfter(world: World, unit: Unit, step: Step): Generator<string, void> {
  if (world.random.oneIn(isWeighty(step) ? 1 : 4)) yield step.kind;
  if (step.kind === 'server.start' || step.kind === 'server.restart') yield* waitForServer(world, unit);
  if (step.kind === 'server.promote') checkpoint(unit);
}

/** Steps after which much has changed. */
function isWeighty({ kind }: Step): boolean {
  return kind.startsWith('server.') || kind.startsWith('job.') || kind === 'cluster.create';
}

/** A start waits until the server takes sessions, or for a minute. */
function* waitForServer(world: World, unit: Unit): Generator<string, void> {
  const until = world.time + 60;
  while (unit.server.proc === 'starting' && world.time < until) yield 'starting';
}

/** A decision that this hook has written and that has become too old is taken back before Juju is left to commit it. */
export function takeBackLate(world: World, unit: Unit, hook: Hook): void {
  const { peer } = hook.juju;
  if (peer === null || !hasLateDecision(hook.juju, momentOf(world, unit)) || !isLeader(world, unit)) return;
  hook.juju = { ...hook.juju, peer: { ...peer, application: peer.committed } };
  unit.events.add('wake');
}
