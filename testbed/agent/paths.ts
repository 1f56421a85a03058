import { join } from 'node:path';
import { unitTag } from '../protocol/names.ts';

/** An agent's places on its machine; `root` is `/` there, a folder in tests. */
export interface AgentPaths {
  root: string;
  home: string;
  charm: string;
  state: string;
  toolSocket: string;
  runSocket: string;
  resources: string;
  tools: string;
  /** Folder of juju-exec (juju-run). */
  bin: string;
}

export function agentPaths(home: string, root: string, unit: string): AgentPaths {
  return {
    root,
    home,
    charm: join(home, 'charm'),
    state: join(home, 'state.json'),
    toolSocket: join(home, 'agent.socket'),
    runSocket: join(home, 'run.socket'),
    resources: join(home, 'resources'),
    tools: join(root, 'var/lib/juju/tools', unitTag(unit)),
    bin: join(root, 'usr/bin'),
  };
}
