/** Asking Juju, from a process that is no hook, to run the charm again. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const attempts = 20;
const pauseMs = 3_000;
/** Juju queues the request behind whatever runs on the unit; a request that hangs must not do so for ever. */
const limitMs = 30 * 60_000;
/** Juju 3 and later, then Juju 2.9. */
const commands = ['juju-exec', 'juju-run'];

/**
 * Runs `program` (a hook of this charm) in a hook context of `unit`, and waits for its end. Retried while the agent refuses, as it does
 * while it restarts. Throws when it refuses to the end. Must be called without Juju's variables in the environment.
 */
export async function wakeUnit(unit: string, program: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const env = Object.fromEntries(
    Object.entries({
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...environment,
    }).filter(([name]) => !/^(JUJU_|CHARM_)/.test(name)),
  );
  let refusal = '';
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    for (const command of commands) {
      const answer = await run(command, [unit, program], env);
      if (answer === null) return;
      if (answer !== 'ENOENT') refusal = `${command}: ${answer}`;
    }
    await sleep(pauseMs);
  }
  throw new Error(refusal === '' ? 'neither juju-exec nor juju-run is on this machine' : refusal);
}

/** Null when the command succeeded, else what it said. */
async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  execFile(command, [...args], { env, timeout: limitMs, maxBuffer: 1024 * 1024 }, (error, _, stderr) => {
    if (error === null) return resolve(null);
    resolve(error.code === 'ENOENT' ? 'ENOENT' : stderr.trim() === '' ? error.message : stderr.trim());
  });
  return promise;
}
