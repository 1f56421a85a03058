import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from './agent.ts';
import { makeHook } from './hooks.ts';

/**
 * Puts the application's charm in place. An upgrade replaces the files of the former charm and leaves what
 * the charm wrote itself. `runHook`: install or upgrade-charm is queued.
 */
export function unpackCharm(agent: Agent, upgrade: boolean, runHook: boolean): void {
  const { hash, revision } = agent.snapshot.charm;
  const source = join(agent.settings.charms, hash);
  if (!existsSync(join(source, 'metadata.yaml'))) throw new Error(`charm ${hash} is not in the store`);
  const { charm } = agent.paths;
  const listFile = join(agent.paths.home, 'charm-files.json');
  if (existsSync(listFile)) {
    for (const path of JSON.parse(readFileSync(listFile, 'utf8')) as string[])
      rmSync(join(charm, path), { force: true });
  }
  cpSync(source, charm, { recursive: true, verbatimSymlinks: true, force: true });
  writeFileSync(join(charm, 'revision'), String(revision));
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1));
  writeFileSync(listFile, JSON.stringify(files));
  agent.local.charmHash = hash;
  agent.local.charmRevision = revision;
  if (runHook) agent.local.queue.push(makeHook(upgrade ? 'upgrade-charm' : 'install'));
  agent.save();
  agent.log(
    'INFO',
    'juju.worker.uniter.charm',
    `${upgrade ? 'upgraded to' : 'unpacked'} charm revision ${revision}`,
  );
}
