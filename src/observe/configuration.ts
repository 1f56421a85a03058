/** PostgreSQL's own judgement of the operator's raw lines. */
import type { Memory } from '../plan/memory.ts';
import type { CheckedLines, JujuFacts } from '../plan/observation.ts';
import type { ServerFacts } from '../server/server-facts.ts';
import { md5Hex } from '../system/entropy.ts';

/** Asks PostgreSQL when the lines are not those it was asked about last. Null until there is a server to ask. */
export async function checkLines(
  { options }: Pick<JujuFacts, 'options'>,
  { place }: Pick<ServerFacts, 'place'>,
  { checked }: Pick<Memory, 'checked'>,
): Promise<CheckedLines | null> {
  if (place === null) return null;
  const extraConf = String(options['extra_pg_conf'] ?? '');
  const extraAuth = String(options['extra_pg_auth'] ?? '');
  const lines = md5Hex(JSON.stringify([place.major, extraConf, extraAuth]));
  if (checked?.lines === lines) return checked;
  const { checkConfiguration } = await import('../postgres/configuration-check.ts');
  return { lines, problems: await checkConfiguration(place.binDirectory, { extraConf, extraAuth }) };
}
