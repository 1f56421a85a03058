/** The marker: the charm's note of which cluster is its own. */
import type { ServerStep } from '../../server/server-steps.ts';
import type { Situation } from '../situation.ts';

/** Writes it anew when it cannot be read, from what the memory has of it. */
export function planMarker({ observation: { server } }: Situation): ServerStep[] {
  const isLost = server.unknown.marker !== undefined && server.place !== null;
  return isLost && server.place !== null ? [{ kind: 'marker.write', place: server.place }] : [];
}
