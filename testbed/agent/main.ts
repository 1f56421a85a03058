import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Push, UnitSnapshot } from '../protocol/agent-methods.ts';
import type { AgentSettings } from '../protocol/agent-settings.ts';
import { makeWakeSignal } from '../wake-signal.ts';
import type { Agent } from './agent.ts';
import { makeBagCache } from './bag-cache.ts';
import { openLink } from './controller-link.ts';
import { answerCall } from './dispatch.ts';
import { serveExec } from './exec-socket.ts';
import type { Uniter } from './hook-context.ts';
import { keepLeadership, type Leadership } from './leadership.ts';
import { leaveMachine } from './leave-machine.ts';
import { loadLocalState, saveLocalState } from './local-state.ts';
import { makeLogQueue } from './log-queue.ts';
import { runLoop } from './loop.ts';
import { makeMachineLock } from './machine-lock.ts';
import { agentPaths } from './paths.ts';
import { makeTimers } from './timers.ts';
import { serveTools } from './tool-socket.ts';
import { linkTools } from './tools-folder.ts';

/**
 * The unit agent: `main.ts HOME [ROOT]`, HOME being its folder (with agent.json in it), ROOT the machine's
 * root.
 */
async function main(home: string, root: string): Promise<void> {
  const settingsFile = join(home, 'agent.json');
  if (!existsSync(settingsFile)) leaveMachine(null);
  const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as AgentSettings;
  const paths = agentPaths(home, root, settings.unit);
  const local = loadLocalState(paths.state);
  const { rouse, untilWoken } = makeRousing();
  let agent: Uniter | null = null;
  let first: (snapshot: UnitSnapshot) => void = () => undefined;
  const firstSnapshot = new Promise<UnitSnapshot>((resolve) => {
    first = resolve;
  });
  const receive = (push: Push): void => {
    if (push.push === 'snapshot') {
      first(push.snapshot);
      if (agent !== null) agent.snapshot = push.snapshot;
      leadership.look(push.snapshot);
      killCancelled(agent);
      logs.send();
    } else obey(push, agent, leadership);
    rouse();
  };
  const link = openLink(settings, settingsFile, receive, rouse);
  const leadership = keepLeadership(link);
  const logs = makeLogQueue(() => link);
  const snapshot = await firstSnapshot;
  const running: Uniter = {
    settings,
    paths,
    link,
    leadership,
    lock: makeMachineLock(root),
    bags: makeBagCache(),
    local,
    snapshot,
    running: null,
    commands: [],
    usedFaults: new Set(),
    save: () => {
      saveLocalState(paths.state, local);
    },
    log: logs.add,
    wake: rouse,
  };
  agent = running;
  noteBoot(running);
  linkTools(paths, snapshot.juju);
  serveTools(paths.toolSocket, (call) => answerCall(running, call));
  serveExec(running);
  await runLoop(
    running,
    makeTimers(() => running.snapshot, rouse),
    untilWoken,
  );
}

/** A call to look again is not lost when nobody waits at that moment. */
function makeRousing(): { rouse: () => void; untilWoken: () => Promise<void> } {
  const signal = makeWakeSignal();
  let woken = false;
  return {
    rouse() {
      woken = true;
      signal.fire();
    },
    async untilWoken() {
      if (!woken) await signal.next();
      woken = false;
    },
  };
}

function obey(push: Push, agent: Uniter | null, leadership: Leadership): void {
  if (push.push === 'claim') void leadership.claim();
  if (push.push === 'kill-hook') agent?.running?.kill(push.signal as NodeJS.Signals);
  if (push.push === 'removed') leaveMachine(agent?.paths.home ?? null);
}

/** A task that was cancelled while it runs is killed. */
function killCancelled(agent: Uniter | null): void {
  const id = agent?.running?.task?.id;
  if (agent?.snapshot.tasks.some((task) => task.id === id && task.cancelled) === true)
    agent.running?.kill('SIGKILL');
}

/** After a reboot of the machine a unit that was started owes one more start hook. */
function noteBoot(agent: Agent): void {
  const own = join(agent.paths.root, 'boot-id');
  const bootId = readFileSync(existsSync(own) ? own : '/proc/sys/kernel/random/boot_id', 'utf8').trim();
  if (agent.local.bootId === bootId) return;
  if (agent.local.bootId !== '' && agent.local.started) agent.local.startOwed = true;
  agent.local.bootId = bootId;
  agent.save();
}

process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(1);
});
await main(process.argv[2] ?? '', process.argv[3] ?? '/');
