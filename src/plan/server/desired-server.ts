/** The server this unit should have, and the steps towards it. */
import type { FenceView } from '../../cluster/view.ts';
import { entryOf } from '../../server/entry-of.ts';
import { managedFiles } from '../../server/managed-files.ts';
import { managedPaths } from '../../server/place.ts';
import { type DesiredServer, planRole, planServerUpkeep } from '../../server/server-plan.ts';
import type { ServerStep } from '../../server/server-steps.ts';
import { once } from '../once.ts';
import type { Situation } from '../situation.ts';
import { planCopy } from './copies.ts';
import { arePackagesAwaited } from './packages.ts';
import { peerHosts, planPassfile } from './passfile.ts';
import { placeOf } from './place.ts';
import { desiredRecovery, desiredRole, desiredRun, replicationRole } from './role.ts';
import { settingsFor } from './settings.ts';

/** Steps that bring the server to the role of the unit's goal; empty when it has it. */
export function planServerRole(situation: Situation): ServerStep[] {
  const { observation, member } = situation;
  const at = placeOf(situation);
  if (at === null) return [];
  const { goal } = member;
  if (goal.kind === 'clone' || goal.kind === 'rewind') return planCopy(situation, goal, at);
  const desired = desiredServer(situation);
  if (desired === null) return [];
  const { server } = observation;
  if ((server.place === null || !server.hasConfiguration) && arePackagesAwaited(situation)) return [];
  const role = planRole(desired, server);
  return goal.kind === 'follow' && role.length > 0 ? [...planPassfile(situation, at), ...role] : role;
}

/** Steps that keep the server in order once it has its role. */
export function planServerFiles(situation: Situation): ServerStep[] {
  const { observation, member } = situation;
  const at = placeOf(situation);
  const { kind } = member.goal;
  if (at === null || kind === 'clone' || kind === 'rewind') return [];
  const desired = desiredServer(situation);
  const passfile = kind === 'follow' ? planPassfile(situation, at) : [];
  return desired === null ? passfile : [...passfile, ...planServerUpkeep(desired, observation.server)];
}

/** Null while there is nothing to plan for. */
const desiredServer = once((situation: Situation): DesiredServer | null => {
  const { observation, reading, raw, view, member, means } = situation;
  const at = placeOf(situation);
  const { server } = observation;
  const { options } = reading.options;
  const { goal } = member;
  const run = desiredRun(goal, server);
  if (at === null || run === null) return null;
  const { place, traits } = at;
  const files = managedFiles(
    {
      place,
      settings: settingsFor(situation, traits),
      hba: {
        peers: peerHosts(situation),
        replicationRole,
        grants: reading.grants.hba,
        adminNetworks: options.adminNetworks,
        extraLines: raw.extraAuthLines,
      },
      recovery: desiredRecovery(goal, place, traits, observation.event.unit),
    },
    means.render,
  );
  const { settings } = managedPaths(place, traits.recoveryIn);
  // Settings in force are part of those to come, and cannot be asked for now; a library that one names may come with packages.
  const isAwaited = (entryOf(server.files, settings) ?? null) !== null && arePackagesAwaited(situation);
  const isKept = server.state === 'unknown' || isAwaited;
  return {
    place,
    traits,
    locale: options.locale,
    encoding: options.encoding,
    files: isKept ? files.filter(({ path }) => path !== settings) : files,
    role: desiredRole(goal, server),
    run,
    startsAtBoot: member.startsAtBoot,
    mayRestart: goal.kind === 'follow' || (goal.kind === 'run-primary' && mayBegin(view.fence)),
  };
});

/** True when a server here may begin to accept writes, as it does after a restart. */
function mayBegin({ isNeeded, isAlive }: FenceView): boolean {
  return isAlive || !isNeeded;
}
