/** Juju's half of a hook, parsed by the charm once for each change of it. */
import { type Reading, readJuju } from '../shipped.ts';
import type { Hook } from './hook-state.ts';
import { means } from './means.ts';

/** The reading of what the hook sees now. */
export function readingOf(hook: Hook): Reading {
  if (hook.reading?.of !== hook.juju) {
    hook.reading = { of: hook.juju, is: readJuju(hook.juju, hook.event, means) };
  }
  return hook.reading.is;
}
