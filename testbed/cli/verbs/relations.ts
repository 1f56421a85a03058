import type { Command } from 'commander';
import { usageError } from '../refusal.ts';
import { type ModelOptions, withModel } from '../session.ts';
import { verb, withoutEffect } from '../verb.ts';

/** Registers integrate (relate, add-relation), remove-relation, suspend-relation, resume-relation, offers. */
export function registerRelations(program: Command): void {
  const integrate = verb(
    program,
    'integrate <a> <b>',
    'Relates two applications: app or app:endpoint.',
  ).alias('relate');
  integrate.alias('add-relation');
  withoutEffect(integrate, '--via <cidrs>').action((a: string, b: string, options: ModelOptions) =>
    withModel(options, ({ client }) => client.call('integrate', { a, b })),
  );
  verb(program, 'remove-relation <a> [b]', 'Removes a relation, by its id or its two sides.')
    .option('--force', 'without waiting for hooks')
    .action((a: string, b: string | undefined, options: ModelOptions & { force?: boolean }) =>
      withModel(options, ({ client }) => {
        const force = options.force ?? false;
        if (b !== undefined) return client.call('removeRelation', { a, b, force });
        return client.call('removeRelation', { relationId: relationId(a), force });
      }),
    );
  for (const [name, suspended] of [
    ['suspend-relation', true],
    ['resume-relation', false],
  ] as const) {
    const summary = suspended ? 'Suspends relations to an offer.' : 'Takes up suspended relations.';
    withoutEffect(verb(program, `${name} <ids...>`, summary), '--message <text>').action(
      (ids: string[], options: ModelOptions) =>
        withModel(options, async ({ client }) => {
          for (const id of ids) {
            await client.call('suspendRelation', { relationId: relationId(id), suspended });
          }
        }),
    );
  }
  registerOffers(program);
}

function registerOffers(program: Command): void {
  verb(
    program,
    'offer <endpoints> [name]',
    'Offers endpoints to other models: app:endpoint[,endpoint].',
  ).action(async (text: string, name: string | undefined, options: ModelOptions) => {
    const [application = '', endpoints] = text.replace(/^.*\./, '').split(':');
    if (endpoints === undefined)
      usageError(`endpoints must conform to format "<app>:<endpoint>", got "${text}"`);
    const spec = { application, endpoints: endpoints.split(','), ...(name === undefined ? {} : { name }) };
    await withModel(options, async ({ client, model }) => {
      const { url } = await client.call('offer', spec);
      console.error(`Application "${application}" endpoints [${endpoints}] available at "${url}"`);
      if (options.model !== undefined) console.error(`Model: ${model.name}`);
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
    .action((name: string, options: ModelOptions & { force?: boolean }) =>
      withModel(options, ({ client }) =>
        client.call('removeOffer', { name: name.replace(/^.*\./, ''), force: options.force ?? false }),
      ),
    );
}

function relationId(text: string): number {
  if (!/^\d+$/.test(text))
    usageError(`relation id "${text}" is not a number: see 'juju show-unit', or name both sides`);
  return Number(text);
}
