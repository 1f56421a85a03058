import type { Command } from 'commander';
import { listModels } from '../../controller/launch.ts';
import type { StatusDocument } from '../../protocol/status-types.ts';
import { columns, titles } from '../columns.ts';
import { refuse, usageError } from '../refusal.ts';
import { type ModelOptions, withClient, withModel } from '../session.ts';
import { verb } from '../verb.ts';

/** Registers offer, consume, remove-offer, offers, find-offers. */
export function registerOffers(program: Command): void {
  verb(
    program,
    'offer <endpoints> [name]',
    'Offers endpoints to other models: [model.]app:endpoint[,endpoint].',
  ).action(async (text: string, name: string | undefined, options: ModelOptions) => {
    const [, model, application, endpoints] = /^(?:([^.]+)\.)?([^:]+):(.+)$/.exec(text) ?? [];
    if (application === undefined || endpoints === undefined) {
      return usageError(`endpoints must conform to format "<app>:<endpoint>", got "${text}"`);
    }
    const spec = { application, endpoints: endpoints.split(','), ...(name === undefined ? {} : { name }) };
    await withModel(model === undefined ? options : { ...options, model }, async ({ client }) => {
      const { url } = await client.call('offer', spec);
      console.error(`Application "${application}" endpoints [${endpoints}] available at "${url}"`);
    });
  });
  verb(program, 'consume <url> [alias]', "Makes another model's offer known in this one.").action(
    (url: string, alias: string | undefined, options: ModelOptions) =>
      withModel(options, async ({ client }) => {
        const result = await client.call('consume', { url, ...(alias === undefined ? {} : { alias }) });
        console.error(`Added ${url} as ${result.application}`);
      }),
  );
  verb(program, 'remove-offer <name>', 'Withdraws an offer.')
    .option('--force', 'with the relations to it')
    .option('-y, --yes', 'the testbed never asks')
    .action((name: string, options: ModelOptions & { force?: boolean }) => {
      const [, model, offer = name] = /^(?:[^/]+\/)?([^.]+)\.(.+)$/.exec(name) ?? [];
      return withModel(model === undefined ? options : { ...options, model }, ({ client }) =>
        client.call('removeOffer', { name: offer, force: options.force ?? false }),
      );
    });
  verb(program, 'offers', 'Lists the offers of this model.')
    .alias('list-offers')
    .action((options: ModelOptions) =>
      withModel(options, async ({ client }) => print(offerRows(await client.call('status', {})))),
    );
  program.command('find-offers').description('Lists the offers of all models.').action(findOffers);
}

async function findOffers(): Promise<void> {
  const rows: string[][] = [];
  for (const model of listModels()) {
    rows.push(...(await withClient(model, async (client) => offerRows(await client.call('status', {})))));
  }
  if (rows.length === 0) refuse("no matching application offers found: make one with 'juju offer'");
  print(rows);
}

function offerRows(status: StatusDocument): string[][] {
  return Object.entries(status.offers ?? {}).flatMap(([name, offer]) =>
    Object.entries(offer.endpoints).map(([endpoint, { interface: kind, role }]) => [
      `admin/${status.model.name}.${name}`,
      offer.application,
      endpoint,
      kind,
      role,
    ]),
  );
}

function print(rows: string[][]): void {
  process.stdout.write(columns(titles('URL Application Endpoint Interface Role'), rows));
}
