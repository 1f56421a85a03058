/** Reasons requests of clients are not met: as this server finds, and as the primary publishes. */
import { entryOf } from '../../server/entry-of.ts';
import type { Situation } from '../situation.ts';
import type { FailedStep } from '../step.ts';
import { type Reasons, unmetIn } from './peer-notes.ts';

const longestReason = 200;
const mostReasons = 20;

/**
 * Relation → mark → reasons, as far as they are known here. The primary knows best; others have its word for it, and their own findings
 * while there is none.
 */
export function knownReasons(
  situation: Situation,
  failed: readonly FailedStep[],
  primary: string | null,
): Reasons {
  const { juju, event } = situation.observation;
  if (primary === null || primary === event.unit) return reasonsHere(situation, failed);
  return unmetIn(entryOf(juju.peer?.members, primary));
}

/**
 * Reasons found here: what the server lacks, and steps that failed. A request that is tried anew keeps its reason until it is met, and
 * all keep theirs while the server cannot be looked at.
 */
export function reasonsHere(
  { observation, catalog, reading }: Situation,
  failed: readonly FailedStep[],
): Reasons {
  const before = unmetIn(observation.juju.peer?.own);
  if (catalog === null) return before;
  return Object.fromEntries(
    reading.relations.flatMap(({ relation: { id }, requests }) => {
      const pending = requests.filter(({ mark }) => entryOf(catalog.met, id)?.includes(mark) !== true);
      const reasons = pending.flatMap(({ mark, database }) => {
        const found = [
          ...(entryOf(entryOf(catalog.problems, id), mark) ?? []),
          ...failures(failed, id, database),
        ];
        const kept = found.length > 0 ? found : (entryOf(entryOf(before, id), mark) ?? []);
        return kept.length === 0
          ? []
          : [[mark, [...new Set(kept)].slice(0, mostReasons).map(shortened)] as const];
      });
      return reasons.length === 0 ? [] : [[id, Object.fromEntries(reasons)] as const];
    }),
  );
}

function failures(failed: readonly FailedStep[], relation: string, database: string): string[] {
  return failed
    .filter(({ step: { blames } }) => {
      if (blames.on === 'machine') return false;
      return blames.relation === relation || (blames.on === 'database' && blames.database === database);
    })
    .map(({ reason }) => reason);
}

function shortened(text: string): string {
  return text.length > longestReason ? `${text.slice(0, longestReason - 1)}…` : text;
}
