/** Arguments of the long run of the simulation. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Plant, plants } from '../tests/simulation/plants.ts';

/** Text of `--help`. */
export const usage = `npm run simulate -- [OPTION…]

Runs the charm's rules against a model of Juju and PostgreSQL, with faults drawn from seeds.

  --seeds N      how many seeds (1000)
  --from N       the first of them (1)
  --plant NAME   with this bug planted in the charm
  --story        tells what happens, on one core
  --failures N   ends after so many failures (10)
  --workers N    processes (one a core)
  --help

Planted bugs: ${Object.keys(plants).join(', ')}
`;

export interface Asked {
  readonly seeds: number;
  readonly from: number;
  readonly plant: Plant | null;
  readonly story: boolean;
  readonly failures: number;
  readonly workers: number;
}

/** Reads the arguments: null for `--help`. Throws for what they cannot be, in words for whoever wrote them. */
export function askedFor(args: readonly string[]): Asked | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      plant: { type: 'string' },
      story: { type: 'boolean', default: false },
      failures: { type: 'string', default: '10' },
      workers: { type: 'string', default: String(availableParallelism()) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    seeds: numberIn('seeds', values.seeds),
    from: numberIn('from', values.from),
    plant: plantNamed(values.plant),
    story: values.story,
    failures: numberIn('failures', values.failures),
    workers: numberIn('workers', values.workers),
  };
}

function numberIn(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new Error(`--${name} takes a whole number from 1 on, not "${text}"`);
}

function plantNamed(name: string | undefined): Plant | null {
  if (name === undefined) return null;
  if (Object.hasOwn(plants, name)) return name as Plant;
  throw new Error(`no planted bug "${name}"; there are ${Object.keys(plants).join(', ')}`);
}
