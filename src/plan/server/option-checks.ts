/** Checks of the options with raw lines by PostgreSQL itself, before the lines get into its files. */
import type { RawOption } from '../../server/raw-options.ts';
import type { ServerStep } from '../../server/server-steps.ts';
import { secondsSince } from '../elapsed.ts';
import { rawText } from '../options/raw-lines.ts';
import type { Situation } from '../situation.ts';
import { planServerRole } from './desired-server.ts';
import { placeOf } from './place.ts';

/** A check that could not be made takes as long as its time limits, so it is not made again in every hook. */
const RETRY_SECONDS = 60;
const OPTIONS: readonly RawOption[] = ['extra_pg_conf', 'extra_pg_auth'];

/** The check of an option's text that has no verdict yet, or none that counts any more. */
function planCheck(situation: Situation, option: RawOption): ServerStep[] {
  const { juju, verdicts, now } = situation.observation;
  const at = placeOf(situation);
  if (at === null || juju.leaving) return [];
  const text = rawText(juju.options, option);
  const { major, binDirectory } = at.place;
  const verdict = verdicts[option];
  if (verdict?.text === text && verdict.major === major) {
    const ago = secondsSince(verdict.at, now);
    if (verdict.outcome !== 'unknown' || (ago !== null && ago < RETRY_SECONDS)) return [];
  }
  return [{ kind: 'option.check', option, text, major, binDirectory }];
}

/** Checks that the first start of a server waits for: it begins with the operator's lines, and is not restarted for them a moment later. */
export function planFirstChecks(situation: Situation): ServerStep[] {
  const { server, verdicts } = situation.observation;
  const checks = OPTIONS.filter((option) => verdicts[option] === null || !server.hasConfiguration).flatMap(
    (option) => planCheck(situation, option),
  );
  const begins = (): boolean =>
    planServerRole(situation).some(({ kind }) => kind === 'cluster.create' || kind === 'server.start');
  return checks.length > 0 && begins() ? checks : [];
}

/** Checks without which nothing is known of the lines, not even which were good last. */
export function planUnjudged(situation: Situation): ServerStep[] {
  const { verdicts } = situation.observation;
  return OPTIONS.flatMap((option) => (verdicts[option] === null ? planCheck(situation, option) : []));
}

/** Checks of lines that have changed; until they are judged the last good ones stay. */
export function planChecks(situation: Situation): ServerStep[] {
  return OPTIONS.flatMap((option) => planCheck(situation, option));
}
