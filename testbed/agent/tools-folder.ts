import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { JujuMode } from '../protocol/admin.ts';
import { commandsOf } from './commands/registry.ts';
import type { AgentPaths } from './paths.ts';

/**
 * Makes a link to the relay for each hook command, and juju-exec (juju-run up to 2.9) for the machine's
 * processes.
 */
export function linkTools(paths: AgentPaths, juju: JujuMode): void {
  const relay = join(import.meta.dirname, '../hook-commands/relay');
  rmSync(paths.tools, { recursive: true, force: true });
  mkdirSync(paths.tools, { recursive: true });
  mkdirSync(paths.bin, { recursive: true });
  for (const name of Object.keys(commandsOf(juju))) symlinkSync(relay, join(paths.tools, name));
  const exec = join(paths.bin, juju === '2.9' ? 'juju-run' : 'juju-exec');
  if (existsSync(exec)) return;
  try {
    symlinkSync(relay, exec);
  } catch {
    // Another agent of this machine was quicker.
  }
}
