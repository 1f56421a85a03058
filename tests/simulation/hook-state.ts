/** A hook under way. */
import type { EventFacts, JujuFacts, Observation, Reading } from '../shipped.ts';

export interface Hook {
  readonly event: EventFacts;
  /** Start, in steps of the world. */
  readonly beganAt: number;
  /** The same in seconds. */
  readonly beganTime: number;
  /** As Juju answered when the hook began. */
  readonly begun: JujuFacts;
  /** With what the hook has written since. */
  juju: JujuFacts;
  /** `juju` as parsed by the charm; null when that has changed since. */
  reading: { readonly of: JujuFacts; readonly is: Reading } | null;
  /** Answers of other members' servers, tried once a hook. */
  /** Looks of the shell that failed. */
  unknown: Observation['unknown'];
  answers: Readonly<Record<string, boolean>> | null;
}
