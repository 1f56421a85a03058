/** What a pass tells others: peers, the application's decision, clients, Juju. */

import { decisionKey, encodeDecision } from '../../cluster/bags/decision.ts';
import { encodeMember } from '../../cluster/bags/member.ts';
import { mustActOn } from '../../cluster/leader.ts';
import { memberReport } from '../../cluster/report.ts';
import { planBag } from '../bags.ts';
import { clusterView, peerNotes, planAnswers, readyHere } from '../clients/desired.ts';
import { planSecrets } from '../clients/secrets.ts';
import { planLogBags } from '../forwarding.ts';
import type { Observation } from '../observation.ts';
import type { Round } from '../situation.ts';
import type { Step } from '../step.ts';

/** Everything that others are told and do not know yet. */
export function notices(round: Round): Step[] {
  const { observation, member, view, catalog, peers } = round;
  const { peer } = observation.juju;
  if (peer === null) return versionStep(observation);
  const ready = readyHere(observation, member, catalog);
  const facts = { ...encodeMember(memberReport(view, member)), ...peerNotes(observation, ready) };
  const cluster = clusterView(observation, peers, member, ready);
  const answers = planAnswers(observation, cluster, catalog.problems);
  const secrets = planSecrets(
    observation,
    answers.flatMap(({ answer }) => answer.secrets),
  );
  return [
    ...planBag(observation, peer.id, 'unit', peer.own, facts, false),
    ...decisionSteps(round),
    ...secrets,
    ...answers.flatMap(({ relation, answer }): Step[] => [
      ...(answer.unit === null
        ? []
        : planBag(observation, relation.id, 'unit', relation.ownBag, answer.unit, true)),
      ...(answer.application === null || relation.ownApplicationBag === null
        ? []
        : planBag(
            observation,
            relation.id,
            'application',
            relation.ownApplicationBag,
            answer.application,
            true,
          )),
    ]),
    ...planLogBags(observation, round.logs),
    ...versionStep(observation),
  ];
}

/** At most one decision a hook: what this hook has written is not known to be committed. */
function decisionSteps({ observation, leader }: Round): Step[] {
  const { peer } = observation.juju;
  const decision = leader?.decision ?? null;
  if (peer === null || decision === null || peer.application[decisionKey] !== peer.committed[decisionKey])
    return [];
  const content = { [decisionKey]: encodeDecision(decision) };
  const wake: Step = { kind: 'wake.self', why: `to act on decision ${decision.epoch}` };
  return [
    { kind: 'bag.set', relation: peer.id, owner: 'application', content },
    ...(mustActOn(decision, observation.event.unit) ? [wake] : []),
  ];
}

function versionStep({ server, memory }: Observation): Step[] {
  const version = server.running?.version ?? null;
  return version === null || version === memory.shownVersion ? [] : [{ kind: 'version.set', version }];
}
