/** Juju's facts about this unit: options, leadership, the units there should be, addresses. */
import * as z from 'zod';
import { askTool } from './ask.ts';
import { HookCommandError } from './tool.ts';

export type OptionValue = string | number | boolean;

const Options = z.nullable(z.record(z.string(), z.nullable(z.union([z.string(), z.number(), z.boolean()]))));

/** Options that have a value. Throws when Juju names none: the charm has some with defaults, and without them all would be taken back. */
export async function configGet(): Promise<Record<string, OptionValue>> {
  const options = await askTool(Options, 'config-get', []);
  if (Object.keys(options ?? {}).length === 0)
    throw new HookCommandError('config-get', 0, 'it names no option');
  return Object.fromEntries(
    Object.entries(options ?? {}).filter((entry): entry is [string, OptionValue] => entry[1] !== null),
  );
}

/** True when this unit is the leader; false too when Juju cannot tell. */
export async function isLeader(): Promise<boolean> {
  try {
    return (await askTool(z.nullable(z.boolean()), 'is-leader', [])) ?? false;
  } catch (error) {
    if (error instanceof HookCommandError && error.exitCode === 1) return false;
    throw error;
  }
}

const Goals = z.record(z.string(), z.object({ status: z.string().optional() }));
const GoalState = z.object({
  units: z.nullish(Goals),
  relations: z.nullish(z.record(z.string(), z.nullable(Goals))),
});

export interface GoalState {
  /** Units of the application → `active`, `dying`, `waiting` … */
  readonly units: Readonly<Record<string, string>>;
  /** Endpoints that have relations → the applications and units at the other end. */
  readonly relations: Readonly<Record<string, readonly string[]>>;
}

/** Goal state of the model; null when Juju does not answer (agents before 2.4, or a model that is being torn down). */
export async function goalState(): Promise<GoalState | null> {
  try {
    const { units, relations } = await askTool(GoalState, 'goal-state', []);
    return {
      units: Object.fromEntries(
        Object.entries(units ?? {}).map(([unit, { status }]) => [unit, status ?? '']),
      ),
      relations: Object.fromEntries(
        Object.entries(relations ?? {}).map(([endpoint, goals]) => [
          endpoint,
          Object.keys(goals ?? {}).toSorted(),
        ]),
      ),
    };
  } catch (error) {
    if (error instanceof HookCommandError) return null;
    throw error;
  }
}

const Network = z.object({
  'ingress-addresses': z.nullish(z.array(z.string())),
  'bind-addresses': z.nullish(
    z.array(z.object({ addresses: z.nullish(z.array(z.object({ value: z.string().optional() }))) })),
  ),
});

/** The address at which others reach `endpoint` (of `relation`, when given); null when Juju does not know one. */
export async function ingressAddress(endpoint: string, relation: string | null): Promise<string | null> {
  const args = relation === null ? [endpoint] : [endpoint, '-r', relation];
  try {
    const network = await askTool(Network, 'network-get', args);
    const bound = network['bind-addresses']?.[0]?.addresses?.[0]?.value;
    return network['ingress-addresses']?.[0] ?? bound ?? null;
  } catch (error) {
    if (error instanceof HookCommandError) return null;
    throw error;
  }
}
