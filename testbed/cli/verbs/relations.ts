import type { Command } from 'commander';
import type { AdminClient } from '../../protocol/admin.ts';
import { usageError } from '../refusal.ts';
import { type ModelOptions, withModel } from '../session.ts';
import { verb, withoutEffect } from '../verb.ts';

/** Registers integrate (relate, add-relation), remove-relation, suspend-relation, resume-relation. */
export function registerRelations(program: Command): void {
  const integrate = verb(
    program,
    'integrate <a> <b>',
    'Relates two applications: app, app:endpoint, or the URL of an offer.',
  ).alias('relate');
  integrate.alias('add-relation');
  withoutEffect(integrate, '--via <cidrs>').action((a: string, b: string, options: ModelOptions) =>
    withModel(options, async ({ client }) =>
      client.call('integrate', { a: await consumed(client, a), b: await consumed(client, b) }),
    ),
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
}

/** `admin/model.offer` (or `model.offer`) is consumed under the offer's name first, as Juju does. */
async function consumed(client: AdminClient, side: string): Promise<string> {
  const url = /^(?:[a-z0-9-]+\/)?[a-z0-9-]+\.([a-z][a-z0-9-]*)(:[a-z0-9-]+)?$/.exec(side);
  if (url === null) return side;
  const known = (await client.call('status', {}))['application-endpoints'] ?? {};
  if (!(url[1] !== undefined && url[1] in known)) {
    await client.call('consume', { url: side.replace(/:[^:]*$/, '') });
  }
  return `${url[1]}${url[2] ?? ''}`;
}

function relationId(text: string): number {
  if (!/^\d+$/.test(text))
    usageError(`relation id "${text}" is not a number: see 'juju show-unit', or name both sides`);
  return Number(text);
}
