import type { Command } from 'commander';
import type { AdminClient } from '../../protocol/admin.ts';
import type { StatusDocument } from '../../protocol/status-types.ts';
import { type Facts, parseQuery } from '../query.ts';
import { refuse, usageError } from '../refusal.ts';
import { type ModelOptions, withModel } from '../session.ts';
import { unitsOf } from '../units.ts';
import { durationMs, verb } from '../verb.ts';

interface Kind {
  query: string;
  facts: (status: StatusDocument, name: string) => Facts | null;
}

const kinds: Record<string, Kind> = {
  application: { query: 'life=="alive" && status=="active"', facts: applicationFacts },
  unit: { query: 'life=="alive" && workload-status=="active" && agent-status=="idle"', facts: unitFacts },
  machine: { query: 'life=="alive" && status=="started"', facts: machineFacts },
};

/** Registers wait-for. */
export function registerWaitFor(program: Command): void {
  verb(program, 'wait-for <kind> <name>', 'Waits until an application, unit or machine is as the query says.')
    .option('--query <query>', 'such as workload-status=="active" && agent-status=="idle"')
    .option('--timeout <duration>', 'how long to wait', durationMs, 600_000)
    .option('--summary', 'no effect on the testbed')
    .action((kindName: string, name: string, options: ModelOptions & { query?: string; timeout: number }) =>
      withModel(options, async ({ client, model }) => {
        if (model.juju === '4.0')
          refuse('"wait-for" is not a command of Juju 4.0: use a model of 3.6, or poll status');
        const kind = kinds[kindName];
        if (!kind)
          return usageError(`"${kindName}" cannot be waited for: use ${Object.keys(kinds).join(', ')}`);
        await waitFor(client, kind, name, options.query ?? kind.query, options.timeout);
      }),
    );
}

async function waitFor(
  client: AdminClient,
  kind: Kind,
  name: string,
  text: string,
  timeoutMs: number,
): Promise<void> {
  const query = parseQuery(text);
  const deadline = Date.now() + timeoutMs;
  let version = 0;
  for (;;) {
    const facts = kind.facts(await client.call('status', {}), name);
    if (facts && query(facts)) return;
    const leftMs = deadline - Date.now();
    if (leftMs <= 0) {
      const now = facts ? JSON.stringify(facts) : 'it does not exist';
      refuse(`timed out waiting for "${name}" to reach goal state: ${text} (now: ${now})`);
    }
    ({ version } = await client.call('changes.wait', {
      after: version,
      timeoutMs: Math.min(leftMs, 30_000),
    }));
  }
}

function applicationFacts(status: StatusDocument, name: string): Facts | null {
  const app = status.applications[name];
  if (!app) return null;
  return {
    name,
    life: app.life ?? 'alive',
    'charm-url': app.charm,
    subordinate: app['subordinate-to'] !== undefined,
    status: app['application-status'].current,
    'workload-version': app.version ?? '',
    units: Object.keys(app.units ?? {}).length,
  };
}

function unitFacts(status: StatusDocument, name: string): Facts | null {
  const unit = unitsOf(status).find((each) => each.name === name);
  if (!unit) return null;
  return {
    name,
    application: unit.application,
    life: 'alive',
    machine: unit.machine,
    leader: unit.status.leader ?? false,
    'workload-status': unit.status['workload-status'].current,
    'workload-message': unit.status['workload-status'].message ?? '',
    'agent-status': unit.status['juju-status'].current,
    'public-address': unit.status['public-address'] ?? '',
    subordinate: unit.principal !== undefined,
    principal: unit.principal ?? '',
  };
}

function machineFacts(status: StatusDocument, id: string): Facts | null {
  const machine = status.machines[id];
  if (!machine) return null;
  return { id, life: 'alive', 'instance-id': machine['instance-id'], status: machine['juju-status'].current };
}
