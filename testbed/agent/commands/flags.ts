import { usage } from './command.ts';

/** Flag name → what it takes. Short names are flags of their own that name the long one. */
export type FlagSpec = Record<string, 'value' | 'switch' | { same: string }>;

export interface Parsed {
  values: Record<string, string>;
  switches: Record<string, boolean>;
  positional: string[];
}

/** Words that Go takes for a truth value. */
const boolean = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

/**
 * Reads arguments as Juju's flag library does: flags may stand anywhere before a `--`; `-` is an argument.
 */
export function parseFlags(args: string[], spec: FlagSpec): Parsed {
  const parsed: Parsed = { values: {}, switches: {}, positional: [] };
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    if (argument === '--') {
      parsed.positional.push(...args.slice(at + 1));
      break;
    }
    const flag = splitFlag(argument, spec);
    if (flag === null) {
      parsed.positional.push(argument);
      continue;
    }
    const entry = spec[flag.name];
    const name = typeof entry === 'object' ? entry.same : flag.name;
    const kind = typeof entry === 'object' ? spec[entry.same] : entry;
    const shown = flag.name.length === 1 ? `-${flag.name}` : `--${flag.name}`;
    if (kind === undefined) throw usage(`option provided but not defined: ${shown}`);
    if (kind === 'switch') {
      if (flag.value !== null && !boolean.test(flag.value)) {
        throw usage(
          `invalid value "${flag.value}" for option ${shown}: ` +
            `strconv.ParseBool: parsing "${flag.value}": invalid syntax`,
        );
      }
      parsed.switches[name] = !/^[0f]/i.test(flag.value ?? 'true');
      continue;
    }
    if (flag.value === null) at += 1;
    const value = flag.value ?? args[at];
    if (value === undefined) throw usage(`option needs an argument: ${shown}`);
    parsed.values[name] = value;
  }
  return parsed;
}

function splitFlag(argument: string, spec: FlagSpec): { name: string; value: string | null } | null {
  const long = /^--([^=]+)(?:=([\s\S]*))?$/.exec(argument);
  if (long !== null) return { name: long[1] ?? '', value: long[2] ?? null };
  const short = /^-([^-=])(?:=?([\s\S]+))?$/.exec(argument);
  if (short === null) return null;
  // `-r5` is a value; a switch takes none.
  const name = short[1] ?? '';
  return { name, value: spec[name] === 'switch' ? null : (short[2] ?? null) };
}

/** At most `count` arguments: Juju's text for more. */
export function limitArguments(positional: string[], count: number): void {
  const extra = positional.slice(count);
  if (extra.length > 0) throw usage(`unrecognized args: ${JSON.stringify(extra).replaceAll('","', '" "')}`);
}
