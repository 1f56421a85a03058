/** Options that were changed after they had their last say. */
import { applicationOf } from '../event.ts';
import type { Observation } from '../observation.ts';
import type { ReadOptions } from '../options/options.ts';

/** A line for each, with the way back. */
export function frozenOptionProblems(
  { server, memory, event }: Observation,
  { options }: ReadOptions,
): string[] {
  const problems: string[] = [];
  const application = applicationOf(event.unit);
  const back = (name: string, value: string | number): string =>
    `option ${name} cannot be changed any more; to go on: juju config ${application} ${name}=${value}`;
  if (server.place !== null && options.major !== null && options.major !== server.place.major) {
    problems.push(back('version', server.place.major));
  }
  if (!server.hasConfiguration || memory.made === null) return problems;
  const { locale, encoding } = memory.made;
  if (options.locale !== locale) problems.push(back('locale', locale));
  if (options.encoding !== encoding) problems.push(back('encoding', encoding));
  return problems;
}
