import type { Command } from 'commander';
import type { RelationBags } from '../../protocol/admin.ts';
import { columns, titles } from '../columns.ts';
import { printAs } from '../printing.ts';
import { refuse } from '../refusal.ts';
import { type ModelOptions, withModel } from '../session.ts';
import { applicationOf, namedUnit, unitsOf } from '../units.ts';
import { count, verb } from '../verb.ts';

/** Registers show-unit, show-application, show-status-log. */
export function registerShow(program: Command): void {
  verb(program, 'show-unit <units...>', 'Shows a unit and the bags of its relations.')
    .option('--app', 'only application bags')
    .option('--endpoint <endpoint>', 'only relations of this endpoint')
    .option('--related-unit <unit>', 'only relations with this unit')
    .option('--format <format>', 'yaml or json', 'yaml')
    .action((units: string[], options: ModelOptions & UnitView & { format: string }) =>
      withModel(options, async ({ client }) => {
        const status = await client.call('status', {});
        const { relations } = await client.call('relations', {});
        const documents = units.map((text) => {
          const name = namedUnit(status, text);
          const unit = unitsOf(status).find((each) => each.name === name);
          if (!unit) return refuse(`unit "${name}" not found: see 'juju status'`);
          const app = status.applications[unit.application];
          const mine = relations.filter((relation) => name in relation.units);
          const document = {
            'workload-version': app?.version ?? '',
            machine: unit.machine,
            'opened-ports': unit.status['open-ports'] ?? [],
            'public-address': unit.status['public-address'] ?? '',
            charm: app?.charm ?? '',
            leader: unit.status.leader ?? false,
            life: app?.life ?? 'alive',
            'relation-info': mine.flatMap((relation) => relationInfo(relation, name, options)),
          };
          return [name, document];
        });
        printAs(options.format, Object.fromEntries(documents));
      }),
    );
  verb(program, 'show-application <applications...>', 'Shows applications.')
    .option('--format <format>', 'yaml or json', 'yaml')
    .action((names: string[], options: ModelOptions & { format: string }) =>
      withModel(options, async ({ client }) => {
        const { applications } = await client.call('status', {});
        const documents = names.map((name) => {
          const app = applications[name] ?? refuse(`application "${name}" not found: see 'juju status'`);
          const document = {
            charm: app['charm-name'],
            base: `${app.base.name}@${app.base.channel}`,
            principal: app['subordinate-to'] === undefined,
            exposed: app.exposed,
            life: app.life ?? 'alive',
            'endpoint-bindings': app['endpoint-bindings'] ?? {},
          };
          return [name, document];
        });
        printAs(options.format, Object.fromEntries(documents));
      }),
    );
  verb(program, 'show-status-log <unit>', 'Shows how the status of a unit changed.')
    .option('-n <count>', 'how many changes', count, 20)
    .option('--type <kind>', 'unit, juju-unit or workload', 'unit')
    .action((unit: string, options: ModelOptions & { n: number; type: string }) =>
      withModel(options, async ({ client }) => {
        const { entries } = await client.call('statusLog', { unit });
        const kinds = options.type === 'unit' ? ['juju-unit', 'workload'] : [options.type];
        const rows = entries
          .filter((entry) => kinds.includes(entry.kind))
          .slice(-options.n)
          .map((entry) => [entry.at.replace(/\.\d+/, ''), entry.kind, entry.status, entry.message]);
        process.stdout.write(columns(titles('Time Type Status Message'), rows));
      }),
    );
}

interface UnitView {
  app?: boolean;
  endpoint?: string;
  relatedUnit?: string;
}

function relationInfo(relation: RelationBags, unit: string, view: UnitView): unknown[] {
  const application = applicationOf(unit);
  const own = relation.endpoints.find((end) => end.application === application);
  const other = relation.endpoints.find((end) => end !== own) ?? own;
  if (!own || !other) return [];
  if (view.endpoint !== undefined && view.endpoint !== own.endpoint) return [];
  if (view.relatedUnit !== undefined && !(view.relatedUnit in relation.units)) return [];
  const related = Object.entries(relation.units).filter(
    ([name]) => name !== unit && applicationOf(name) === other.application,
  );
  const inScope = (data: Record<string, string> | undefined): unknown => ({
    'in-scope': true,
    data: data ?? {},
  });
  return [
    {
      'relation-id': relation.id,
      endpoint: own.endpoint,
      'related-endpoint': other.endpoint,
      'application-data': relation.applications[other.application] ?? {},
      ...(view.app
        ? {}
        : {
            'local-unit': inScope(relation.units[unit]),
            'related-units': Object.fromEntries(related.map(([name, data]) => [name, inScope(data)])),
          }),
    },
  ];
}
