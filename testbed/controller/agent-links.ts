import type { Socket } from 'node:net';
import type { Push, UnitSnapshot } from '../protocol/agent-methods.ts';
import { writeMessage } from '../protocol/channel.ts';
import { makeWakeSignal } from '../wake-signal.ts';
import { modelConfig } from './model-config.ts';
import { unitSnapshot } from './snapshot.ts';
import type { ModelState, Unit } from './state.ts';

interface Link {
  socket: Socket;
  heardAtMs: number;
  /** Snapshot sent last: as text without its version, and the version. */
  sent: string;
  sentVersion: number;
  idleVersion: number;
  /** Counts this agent's claims; tells that it has answered a push to claim. */
  claims: number;
}

/** The agents that are connected, and what each was told last. */
export interface AgentLinks {
  /** Network of the machines, for snapshots. */
  cidr: string;
  connect(model: ModelState, unit: Unit, socket: Socket): UnitSnapshot;
  heard(unit: string): void;
  noteIdle(unit: string, version: number): void;
  noteClaim(unit: string): void;
  claims(unit: string): number;
  /** Resolves at the next claim of any agent, or when the time is over. */
  nextClaim(timeoutMs: number): Promise<void>;
  isConnected(unit: string): boolean;
  /** Has done everything the newest snapshot asks for. */
  isIdle(unit: string): boolean;
  push(unit: string, message: Push): boolean;
  pushSnapshots(model: ModelState): void;
  /** Ends connections that were silent too long. True when there was one. */
  dropSilent(model: ModelState): boolean;
  disconnected(unit: string, socket: Socket): void;
  /** Ends the connection of a unit that is gone. */
  dismiss(unit: string): void;
}

export function makeAgentLinks(): AgentLinks {
  const links = new Map<string, Link>();
  const claimed = makeWakeSignal();
  const self: AgentLinks = {
    cidr: '',
    connect(model, unit, socket) {
      links.get(unit.name)?.socket.destroy();
      const content = unitSnapshot(model, unit, self.cidr);
      const sent = JSON.stringify(content);
      const sentVersion = model.version;
      links.set(unit.name, { socket, heardAtMs: Date.now(), sent, sentVersion, idleVersion: -1, claims: 0 });
      return { ...content, version: sentVersion };
    },
    heard(unit) {
      const link = links.get(unit);
      if (link !== undefined) link.heardAtMs = Date.now();
    },
    noteIdle(unit, version) {
      const link = links.get(unit);
      if (link !== undefined) link.idleVersion = version;
    },
    noteClaim(unit) {
      const link = links.get(unit);
      if (link !== undefined) link.claims += 1;
      claimed.fire();
    },
    nextClaim: (timeoutMs) => claimed.next(timeoutMs),
    claims: (unit) => links.get(unit)?.claims ?? 0,
    isConnected: (unit) => links.has(unit),
    isIdle(unit) {
      const link = links.get(unit);
      return link !== undefined && link.idleVersion === link.sentVersion;
    },
    push(unit, message) {
      const link = links.get(unit);
      if (link === undefined) return false;
      writeMessage(link.socket, message);
      return true;
    },
    pushSnapshots(model) {
      for (const [name, link] of links) {
        const unit = model.units[name];
        if (unit === undefined) self.dismiss(name);
        else pushSnapshot(model, unit, link, self.cidr);
      }
    },
    dropSilent: (model) => dropSilent(links, Number(modelConfig(model)['testbed-agent-timeout-ms'])),
    disconnected(unit, socket) {
      if (links.get(unit)?.socket === socket) links.delete(unit);
    },
    dismiss(unit) {
      const link = links.get(unit);
      if (link === undefined) return;
      writeMessage(link.socket, { push: 'removed' });
      link.socket.end();
      links.delete(unit);
    },
  };
  return self;
}

/** Sent only when something differs from what this agent was told last. */
function pushSnapshot(model: ModelState, unit: Unit, link: Link, cidr: string): void {
  const content = unitSnapshot(model, unit, cidr);
  const text = JSON.stringify(content);
  if (text === link.sent) return;
  link.sent = text;
  link.sentVersion = model.version;
  writeMessage(link.socket, { push: 'snapshot', snapshot: { ...content, version: model.version } });
}

function dropSilent(links: Map<string, Link>, limitMs: number): boolean {
  const silent = [...links].filter(([, link]) => Date.now() - link.heardAtMs > limitMs);
  for (const [name, link] of silent) {
    link.socket.destroy();
    links.delete(name);
  }
  return silent.length > 0;
}
