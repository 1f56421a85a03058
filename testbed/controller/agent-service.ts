import { join } from 'node:path';
import type { AgentSettings } from '../protocol/agent-settings.ts';
import { unitTag } from '../protocol/names.ts';
import type { AgentAddress } from './machine-driver.ts';
import type { Unit } from './state.ts';

/** Folder in which machines see the testbed's source, its packages and the model's charms, all read-only. */
export const insideFolder = '/opt/juju-testbed';
export const repository = join(import.meta.dirname, '../..');
export const nodePackage = `node-linux-${process.arch}`;

export function serviceName(unit: Unit): string {
  return `jujud-${unitTag(unit.name)}.service`;
}

/** The files that make an agent on a machine: its settings and its service. */
export function agentFiles(
  unit: Unit,
  controller: AgentAddress,
  agentTimeoutMs: number,
): { path: string; content: string; mode: number }[] {
  const folder = `/var/lib/juju/agents/${unitTag(unit.name)}`;
  const settings: AgentSettings = {
    unit: unit.name,
    ...controller,
    token: unit.token,
    charms: `${insideFolder}/charms`,
    agentTimeoutMs,
  };
  return [
    { path: `${folder}/agent.json`, content: `${JSON.stringify(settings)}\n`, mode: 0o600 },
    { path: `/etc/systemd/system/${serviceName(unit)}`, content: service(unit, folder), mode: 0o644 },
  ];
}

function service(unit: Unit, folder: string): string {
  const node = `${insideFolder}/node_modules/${nodePackage}/bin/node`;
  return `[Unit]
Description=juju unit agent for ${unit.name}
StartLimitIntervalSec=0

[Service]
Environment=NODE_COMPILE_CACHE=/var/cache/juju-agent
ExecStart=${node} ${insideFolder}/testbed/agent/main.ts ${folder}
Restart=always
RestartSec=100ms
RestartPreventExitStatus=3

[Install]
WantedBy=multi-user.target
`;
}
