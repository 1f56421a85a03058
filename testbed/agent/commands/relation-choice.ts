import type { ContextRelation, HookContext } from '../hook-context.ts';
import { usage } from './command.ts';

/** The relation a `-r` value means: `5`, `db:5` or `:5`; the hook's own when there is none. */
export function chosenRelation(context: HookContext, value: string | undefined): ContextRelation {
  if (value === undefined || value === '') {
    const own = context.focus === null ? undefined : context.relations.get(context.focus.relationId);
    if (own === undefined) throw usage('no relation id specified');
    return own;
  }
  const text = value.slice(value.lastIndexOf(':') + 1);
  if (!/^\d+$/.test(text)) throw usage(`invalid value "${value}" for option -r: invalid relation id`);
  const relation = context.relations.get(Number(text));
  if (relation === undefined) throw usage(`invalid value "${value}" for option -r: relation not found`);
  return relation;
}
