/** Publication: this unit's facts, the leader's decision, answers to clients. */
import { decisionKey, encodeDecision } from '../../cluster/bags/decision.ts';
import { encodeMember } from '../../cluster/bags/member.ts';
import { mustActOn } from '../../cluster/leader.ts';
import { leaderSituation } from '../../cluster/leader-situation.ts';
import type { MemberFacts } from '../../cluster/member-facts.ts';
import { answerOf } from '../../relations/answers.ts';
import type { ReadRelation } from '../../relations/read-relation.ts';
import type { Answer } from '../../relations/relation-facts.ts';
import { silentAnswer } from '../../relations/silence.ts';
import { entryOf } from '../../server/entry-of.ts';
import { planBag } from '../bags.ts';
import { planAnswered } from '../clients/answered.ts';
import { clusterView } from '../clients/cluster-view.ts';
import { peerNotes, type ReadyMarks } from '../clients/peer-notes.ts';
import { isPrimaryUnread } from '../clients/primary.ts';
import { readyHere } from '../clients/ready.ts';
import { planSecretRemovals, planSecrets } from '../clients/secrets.ts';
import { knownReasons, reasonsHere } from '../clients/unmet.ts';
import { planLogBags } from '../forwarding.ts';
import type { Observation } from '../observation.ts';
import type { Situation } from '../situation.ts';
import type { FailedStep, Step } from '../step.ts';
import type { Phase } from './lane.ts';

/** Phases of publication. `failed` are the steps that did not work in this pass. */
export function publicationPhases(failed: readonly FailedStep[]): readonly Phase[] {
  return [
    (situation) => (situation.observation.juju.peer === null ? [] : planPublication(situation, failed)),
    planVersion,
  ];
}

/** Publishes what others are to read and cannot yet. */
function planPublication(situation: Situation, failed: readonly FailedStep[]): Step[] {
  const { observation, report, member } = situation;
  const { peer } = observation.juju;
  if (peer === null) return [];
  const ready = readyHere(situation);
  const isStale = isOverruled(situation);
  const unmet = member.clientRole === 'primary' ? reasonsHere(situation, failed) : {};
  const notes = isStale ? {} : peerNotes(observation, ready, unmet);
  const facts = { ...encodeMember(report), ...notes };
  const answers = answersTo(situation, ready, failed);
  return [
    ...planBag(observation, peer.id, 'unit', peer.own, facts, false),
    ...planDecision(situation),
    ...planSecrets(
      observation,
      answers.flatMap(({ answer }) => answer.secrets),
    ),
    ...answers.flatMap(({ read, answer }) => planAnswer(observation, read, answer)),
    ...planAnswered(
      observation,
      answers.map(({ read, answer }) => [read.relation.id, answer] as const),
    ),
    ...planSecretRemovals(observation),
    ...planLogBags(observation, situation.forwarding),
  ];
}

/** The decision read is older than one already seen and says nothing about today. */
function isOverruled({ observation: { memory }, reading }: Situation): boolean {
  return (reading.peers.decision?.epoch ?? 0) < memory.cluster.seenEpoch;
}

/** Clients keep the answers they have while it cannot be told who is primary: a cluster that is not known is not one without a primary. */
function answersTo(
  situation: Situation,
  ready: ReadyMarks,
  failed: readonly FailedStep[],
): { readonly read: ReadRelation; readonly answer: Answer }[] {
  const cluster = clusterView(situation, ready);
  const reasons = knownReasons(situation, failed, cluster.primary);
  const isKnown = !isOverruled(situation) && (cluster.primary !== null || !isPrimaryUnread(situation));
  return situation.reading.relations.map((read) => {
    const { id } = read.relation;
    return { read, answer: isKnown ? answerOf(read, cluster, entryOf(reasons, id) ?? {}) : silentAnswer };
  });
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

/** The application has the version of its primary, set by the leader: any other unit's may be newer, and gone tomorrow. */
function planVersion({ observation, leading }: Situation): Step[] {
  const { juju, server, memory, event } = observation;
  if (!juju.leader) return [];
  const { named = event.unit, namedFacts = null } = leading === null ? {} : leaderSituation(leading.view);
  const isOwn = named === null || named === event.unit;
  const version = isOwn ? (server.running?.version ?? null) : runningVersion(namedFacts);
  return version === null || version === memory.shownVersion ? [] : [{ kind: 'version.set', version }];
}

function runningVersion(facts: MemberFacts | null): string | null {
  return facts?.role === 'primary' ? facts.version : null;
}
