/** Clones and rewinds: the job that brings a copy, and the data that was set aside for it. */
import type { Goal } from '../../cluster/goal.ts';
import type { JobRequest } from '../../server/jobs.ts';
import type { ServerStep } from '../../server/server-steps.ts';
import type { Situation } from '../situation.ts';
import { planPassfile } from './passfile.ts';
import type { PlaceAndTraits } from './place.ts';
import { replicationRole, upstreamOf } from './role.ts';

type CopyGoal = Extract<Goal, { kind: 'clone' | 'rewind' }>;

/** Steps that start the job, unless one runs or its next attempt has to wait. */
export function planCopy(situation: Situation, goal: CopyGoal, at: PlaceAndTraits): ServerStep[] {
  const { observation, view } = situation;
  const { server, credentials, event } = observation;
  if (Object.keys(credentials.fingerprints).length === 0) return [];
  if (server.job?.alive === true || (view.job?.retryInSeconds ?? 0) > 0) return [];
  const common = {
    fromUnit: goal.upstream.unit,
    lineage: goal.lineage,
    upstream: upstreamOf(goal.upstream, event.unit),
    replicationRole,
  };
  const request: JobRequest =
    goal.kind === 'clone'
      ? { job: 'clone', ...common, place: at.place, volume: observation.memory.volume }
      : { job: 'rewind', ...common };
  const stop: ServerStep[] =
    goal.kind === 'rewind' && server.state !== 'down' && server.place !== null
      ? [{ kind: 'server.stop', checkpoint: false, why: 'it is to be rewound' }]
      : [];
  return [...planPassfile(situation, at), ...stop, { kind: 'job.start', request }];
}

/** Data that was set aside is kept until what took its place streams. */
export function planAsides({ observation: { server }, member }: Situation): ServerStep[] {
  const isProved = member.goal.kind === 'follow' && server.running?.streaming === true;
  return isProved && server.asides.length > 0 ? [{ kind: 'data.discardaside' }] : [];
}
