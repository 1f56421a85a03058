/** All kinds of jobs. */
import type { JobName } from '../../server/jobs.ts';
import { clone } from './clone.ts';
import { fence } from './fence.ts';
import type { JobKind } from './job-kind.ts';
import { packages } from './packages.ts';
import { rewind } from './rewind.ts';
import { watch } from './watch.ts';

type JobKinds = { readonly [K in JobName]: JobKind<K> };

const kinds: JobKinds = { clone, rewind, packages, watch, fence };

/** The kind called `name`. */
export function kindOf<K extends JobName>(name: K): JobKind<K> {
  return kinds[name];
}

/** Kinds that share the state file `file`. */
export function kindsIn(file: string): JobName[] {
  return Object.keys(kinds).filter((name): name is JobName => isJobName(name) && kinds[name].file === file);
}

/** True when there is a kind called `name`. */
export function isJobName(name: string): name is JobName {
  return Object.hasOwn(kinds, name);
}
