/** Upkeep: what a server with its role needs besides, each topic a lane of its own. */
import { planCatalogSteps, planOwnRoles, planSessions } from '../clients/access.ts';
import { planForwards } from '../forwarding.ts';
import { planAsides } from '../server/copies.ts';
import { planServerFiles } from '../server/desired-server.ts';
import { planChecks, planUnjudged } from '../server/option-checks.ts';
import { planPackages } from '../server/packages.ts';
import { planMemberSlots } from '../server/slots.ts';
import type { Situation } from '../situation.ts';
import type { Step } from '../step.ts';
import type { Phase } from './lane.ts';

/** Lanes by name. Sessions come after files: those that the old rules still let in would come back at once. */
export const upkeepLanes: Readonly<Record<string, readonly Phase[]>> = {
  passwords: [planRootSecret],
  port: [planPort],
  packages: [planPackages],
  files: [
    whenConfigured(planUnjudged),
    planServerFiles,
    planMemberSlots,
    planAsides,
    planSessions,
    whenConfigured(planChecks),
  ],
  catalog: [planOwnRoles, planCatalogSteps],
  forwarding: [({ observation, forwarding, means }) => planForwards(observation, forwarding, means)],
};

/** Files that are not there need no lines yet. */
function whenConfigured(phase: Phase): Phase {
  return (situation) => (situation.observation.server.hasConfiguration ? phase(situation) : []);
}

/** The root of all passwords. A leaving unit no longer sees what its peers have agreed on. */
function planRootSecret({ observation: { juju, credentials } }: Situation): Step[] {
  const isMissing = juju.leader && juju.peer !== null && credentials.source === null;
  return isMissing && !juju.leaving ? [{ kind: 'credentials.create' }] : [];
}

function planPort({ observation: { juju } }: Situation): Step[] {
  return juju.portOpen || juju.leaving ? [] : [{ kind: 'port.open', port: 5432 }];
}
