/** Options extra_pg_conf and extra_pg_auth: which lines are in force, and what is wrong with those that are not. */
import { parseExtraAuth } from '../../server/extra-auth.ts';
import type { RawOption, Verdict, Verdicts } from '../../server/raw-options.ts';
import { refusedLines } from '../../server/refused-settings.ts';
import type { OptionValues } from './options.ts';

export interface RawLines {
  /** Text of extra_pg_conf when PostgreSQL takes it, else the last one that it took. */
  readonly extraConf: string;
  /** Lines of extra_pg_auth likewise. */
  readonly extraAuthLines: readonly string[];
  /** Corrections the operator has to make, every bad line by number. */
  readonly problems: readonly string[];
  /** A verdict is not known, and is to be asked for again. */
  readonly isUnknown: boolean;
}

/** The option's text as it is set: lines are counted in it. */
export function rawText(values: OptionValues, option: RawOption): string {
  return String(values[option] ?? '');
}

/** The lines by the verdicts known so far. Total: an option that was never good has no lines. */
export function rawLines(values: OptionValues, verdicts: Verdicts): RawLines {
  const conf = judged(values, verdicts, 'extra_pg_conf');
  const auth = judged(values, verdicts, 'extra_pg_auth');
  const unread = {
    conf: refusedLines(conf.text).map(({ line, reason }) => `extra_pg_conf line ${line}: ${reason}`),
    auth: parseExtraAuth(auth.text).problems,
  };
  return {
    extraConf: conf.inForce,
    extraAuthLines: parseExtraAuth(auth.inForce).lines,
    problems: [
      ...problemsOf('extra_pg_conf', conf.verdict, unread.conf),
      ...problemsOf('extra_pg_auth', auth.verdict, unread.auth),
    ],
    isUnknown: [conf.verdict, auth.verdict].some((verdict) => verdict?.outcome === 'unknown'),
  };
}

interface Judged {
  readonly text: string;
  /** Null when the text has not been judged. */
  readonly verdict: Verdict | null;
  readonly inForce: string;
}

function judged(values: OptionValues, verdicts: Verdicts, option: RawOption): Judged {
  const text = rawText(values, option);
  const last = verdicts[option];
  return { text, verdict: last?.text === text ? last : null, inForce: last?.good ?? '' };
}

/** Reading alone finds some faults, before there is a PostgreSQL to ask and when it cannot be asked. */
function problemsOf(option: RawOption, verdict: Verdict | null, read: readonly string[]): readonly string[] {
  if (verdict === null) return read;
  if (verdict.outcome !== 'unknown') return verdict.problems;
  const reason = verdict.problems.join('; ');
  return [
    ...read,
    `${option} could not be checked: ${reason} (tried again within minutes; until then the last good lines stay)`,
  ];
}
