/** A hook under way. */
import type { EventFacts, JujuFacts, Observation } from '../shipped.ts';

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
  /** Looks of the shell that failed. */
  unknown: Observation['unknown'];
  /** Answers of other members' servers, tried once a hook. */
  answers: Readonly<Record<string, boolean>> | null;
}
