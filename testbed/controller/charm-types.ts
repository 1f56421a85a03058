import type { ConfigValue } from '../protocol/admin-types.ts';
import type { Endpoint } from '../protocol/between-models.ts';

/** Four text files of a charm, as they are in its top folder; null when a file is not there. */
export interface CharmFiles {
  metadata: string | null;
  manifest: string | null;
  config: string | null;
  actions: string | null;
}

export interface CharmStorage {
  name: string;
  kind: 'filesystem' | 'block';
  /** Empty when the charm leaves the place to Juju. */
  location: string;
  minCount: number;
  /** null: no upper limit. */
  maxCount: number | null;
  multiple: boolean;
  minimumSizeMiB: number;
}

export interface CharmOption {
  type: 'string' | 'int' | 'float' | 'boolean' | 'secret';
  description: string;
  default: ConfigValue | null;
}

export interface CharmAction {
  description: string;
  parallel: boolean;
  executionGroup: string;
  /** JSON schema of the parameters, `additionalProperties` always given. */
  schema: Record<string, unknown>;
}

export interface CharmBase {
  name: string;
  channel: string;
  architectures: string[];
}

export interface Charm {
  name: string;
  summary: string;
  description: string;
  subordinate: boolean;
  endpoints: Record<string, Endpoint>;
  storage: Record<string, CharmStorage>;
  resources: Record<string, { type: string; fileName: string }>;
  extraBindings: string[];
  bases: CharmBase[];
  options: Record<string, CharmOption>;
  actions: Record<string, CharmAction>;
}

/** Gathers what is wrong, so that one look shows all of it. */
export type Complain = (problem: string) => void;

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
