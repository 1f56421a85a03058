import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { deploymentHandlers } from './admin-deployment.ts';
import { faultHandlers } from './admin-faults.ts';
import { modelHandlers } from './admin-model.ts';
import { readingHandlers } from './admin-reading.ts';
import { serveAdmin } from './admin-server.ts';
import { makeAgentLinks } from './agent-links.ts';
import { listenForAgents } from './agent-server.ts';
import { type Core, makeCore } from './core.ts';
import { startCrossModel } from './cross-model.ts';
import { makeHostDriver } from './host-driver.ts';
import { setStatus, startMachineWork } from './machine-work.ts';
import { modelConfig } from './model-config.ts';
import { makeNspawnDriver } from './nspawn-driver.ts';
import { modelPaths } from './paths.ts';

/**
 * The controller of one model; ends with it. Only one runs per model: the name of an abstract socket is the
 * lock.
 */
async function main(name: string): Promise<void> {
  const paths = modelPaths(name);
  if (!(await takeLock(paths.folder))) return;
  const links = makeAgentLinks();
  const timeoutMs = (): number => Number(modelConfig(core.model())['testbed-agent-timeout-ms']);
  const driver =
    process.env['JUJU_TESTBED_DRIVER'] === 'host'
      ? makeHostDriver(name, timeoutMs)
      : makeNspawnDriver(name, timeoutMs);
  watchReasons(paths.folder, () => driver.removeAll());
  const core: Core = makeCore(name, paths, driver, links);
  if (core.hasModel()) await open(core);
  if (existsSync(paths.socket)) rmSync(paths.socket);
  const handlers = {
    ...modelHandlers(
      core,
      () => open(core),
      () => setTimeout(() => process.exit(0), 50),
    ),
    ...deploymentHandlers(core),
    ...readingHandlers(core),
    ...faultHandlers(core),
  };
  serveAdmin(core, handlers, () => {
    core.log('INFO', 'juju.controller', `controller of model ${name} is up`);
  });
}

/**
 * Ends with the model's folder (everything was cleaned away), and with the process it was started for, if
 * one is named.
 */
function watchReasons(folder: string, removeAll: () => Promise<void>): void {
  const owner = Number(process.env['JUJU_TESTBED_OWNER'] ?? 0);
  setInterval(() => {
    if (!existsSync(folder)) process.exit(0);
    if (owner === 0 || existsSync(`/proc/${owner}`)) return;
    void removeAll().finally(() => process.exit(0));
  }, 1000).unref();
}

/** Network, agents' port, machines: what a model needs to live. */
async function open(core: Core): Promise<void> {
  const { hostAddress, cidr } = await core.driver.openNetwork();
  core.links.cidr = cidr;
  for (const machine of Object.values(core.model().machines)) {
    if (machine.status === 'started' && !(await core.driver.isRunning(machine)))
      setStatus(core.model(), machine, 'down');
  }
  const port = await listenForAgents(core, hostAddress);
  core.model().agentPort = port;
  startMachineWork(core, () => port);
  startCrossModel(core);
  core.changed();
  core.flush();
}

/** Models of one name in different folders are different models: tests in parallel have theirs in folders of their own. */
function takeLock(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const lock = createServer();
    lock.once('error', () => {
      resolve(false);
    });
    const id = createHash('sha256').update(folder).digest('hex').slice(0, 32);
    lock.listen(`\0juju-testbed-controller-${id}`, () => {
      resolve(true);
    });
  });
}

process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(1);
});
await main(process.argv[2] ?? '');
