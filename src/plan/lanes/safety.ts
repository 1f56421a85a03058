/** Safety: the fence, then the server's role. */
import { planFence } from '../members/fence.ts';
import { planServerRole } from '../server/desired-server.ts';
import type { Phase } from './lane.ts';

export const safetyPhases: readonly Phase[] = [planFence, planServerRole];
