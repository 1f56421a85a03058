/** Safety: the note of where the cluster is, the fence, then the server's role; its files need to know the operator's lines. */
import { planFence } from '../members/fence.ts';
import { planServerRole } from '../server/desired-server.ts';
import { planMarker } from '../server/marker.ts';
import { planFirstChecks } from '../server/option-checks.ts';
import type { Phase } from './lane.ts';

export const safetyPhases: readonly Phase[] = [planMarker, planFence, planFirstChecks, planServerRole];
