/** Publication: this unit's facts, the leader's decision, answers to clients. */
import { decisionKey, encodeDecision } from '../../cluster/bags/decision.ts';
import { encodeMember } from '../../cluster/bags/member.ts';
import { mustActOn } from '../../cluster/leader.ts';
import { answerOf } from '../../relations/answers.ts';
import type { Answer } from '../../relations/relation-facts.ts';
import type { ReadRelation } from '../../relations/requests.ts';
import { planBag } from '../bags.ts';
import { clusterView, readyHere } from '../clients/cluster-view.ts';
import { peerNotes } from '../clients/peer-notes.ts';
import { planSecrets } from '../clients/secrets.ts';
import { planLogBags } from '../forwarding.ts';
import type { Observation } from '../observation.ts';
import type { Situation } from '../situation.ts';
import type { Step } from '../step.ts';
import type { Phase } from './lane.ts';

export const publicationPhases: readonly Phase[] = [
  (situation) => (situation.observation.juju.peer === null ? [] : planPublication(situation)),
  ({ observation }) => planVersion(observation),
];

/** Everything that others are to read and cannot yet. */
function planPublication(situation: Situation): Step[] {
  const { observation, report } = situation;
  const { peer } = observation.juju;
  if (peer === null) return [];
  const ready = readyHere(situation);
  const isStale = isOverruled(situation);
  const facts = { ...encodeMember(report), ...(isStale ? {} : peerNotes(observation, ready)) };
  const answers = isStale ? [] : answersTo(situation, ready);
  return [
    ...planBag(observation, peer.id, 'unit', peer.own, facts, false),
    ...planDecision(situation),
    ...planSecrets(
      observation,
      answers.flatMap(({ answer }) => answer.secrets),
    ),
    ...answers.flatMap(({ read, answer }) => planAnswer(observation, read, answer)),
    ...planLogBags(observation, situation.forwarding),
  ];
}

/** The decision read is older than one already seen and says nothing about today: clients keep their answers. */
function isOverruled({ observation: { memory }, reading }: Situation): boolean {
  return (reading.peers.decision?.epoch ?? 0) < memory.cluster.seenEpoch;
}

function answersTo(
  situation: Situation,
  ready: readonly string[],
): { readonly read: ReadRelation; readonly answer: Answer }[] {
  const cluster = clusterView(situation, ready);
  const { problems } = situation.catalog;
  return situation.reading.relations.map((read) => ({
    read,
    answer: answerOf(read, cluster, problems[read.relation.id] ?? null),
  }));
}

function planAnswer(observation: Observation, { relation }: ReadRelation, answer: Answer): Step[] {
  const { id, ownBag, ownApplicationBag } = relation;
  return [
    ...(answer.unit === null ? [] : planBag(observation, id, 'unit', ownBag, answer.unit, true)),
    ...(answer.application === null || ownApplicationBag === null
      ? []
      : planBag(observation, id, 'application', ownApplicationBag, answer.application, true)),
  ];
}

/** At most one decision a hook: one that this hook has written is not known to be committed. */
function planDecision({ observation, leading }: Situation): Step[] {
  const { peer } = observation.juju;
  const decision = leading?.outcome.decision ?? null;
  if (peer === null || decision === null || peer.application[decisionKey] !== peer.committed[decisionKey])
    return [];
  const content = { [decisionKey]: encodeDecision(decision) };
  const wake: Step = { kind: 'wake.self', why: `to act on decision ${decision.epoch}` };
  return [
    { kind: 'bag.set', relation: peer.id, owner: 'application', content },
    ...(mustActOn(decision, observation.event.unit) ? [wake] : []),
  ];
}

function planVersion({ server, memory }: Observation): Step[] {
  const version = server.running?.version ?? null;
  return version === null || version === memory.shownVersion ? [] : [{ kind: 'version.set', version }];
}
