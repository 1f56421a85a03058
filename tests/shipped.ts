/** Everything that effects and the simulation drive or read of the charm, in one place. */

export { type ActionOutcome } from '../src/actions/action.ts';
export { decideFailover, decideSwitchover } from '../src/actions/cluster.ts';
export { decisionKey, decodeDecision } from '../src/cluster/bags/decision.ts';
export { decodeMember, encodeMember } from '../src/cluster/bags/member.ts';
export { isTooLateToDecide } from '../src/cluster/deadlines.ts';
export { type Look, runsUntil } from '../src/cluster/fence-deadline.ts';
export { leaderRules } from '../src/cluster/leader.ts';
export { type LeaderSituation, nextDecision } from '../src/cluster/leader-situation.ts';
export { firstContactSeconds } from '../src/cluster/limits.ts';
export { memberRules } from '../src/cluster/member.ts';
export type { Decision, MemberFacts } from '../src/cluster/member-facts.ts';
export { parsePosition } from '../src/cluster/position.ts';
export type { LeaderRule } from '../src/cluster/rules/leader/verdict.ts';
export type { MemberRule } from '../src/cluster/rules/member/verdict.ts';
export { slotName } from '../src/cluster/units.ts';
export { redactedText } from '../src/plan/bags.ts';
export { asOnServer, generationsOnServer } from '../src/plan/clients/passwords.ts';
export { publishedSecrets, redactedContent, secretsKey, urisOf } from '../src/plan/clients/secrets.ts';
export { fingerprintOf, rootSourceIn } from '../src/plan/credentials.ts';
export { askedSeconds, hasLateDecision } from '../src/plan/deadlines.ts';
export { withBag } from '../src/plan/effects.ts';
export { type EventFacts, hasSecrets } from '../src/plan/event.ts';
export { type Attempts, stepsToTake } from '../src/plan/lanes/taking.ts';
export { looksFor } from '../src/plan/looks.ts';
export type { Means } from '../src/plan/means.ts';
export { recalled } from '../src/plan/members/recall.ts';
export { emptyMemory, type Memory } from '../src/plan/memory.ts';
export type { CredentialFacts, JujuFacts, Observation, PeerFacts } from '../src/plan/observation.ts';
export { makePlan, type Plan, planOf, stepsOf } from '../src/plan/plan.ts';
export { type Reading, readJuju } from '../src/plan/reading.ts';
export { replicationRole } from '../src/plan/server/role.ts';
export { type RuleSet, type Situation, shippedRules, situationOf } from '../src/plan/situation.ts';
export type { FailedStep, JujuStep, Step } from '../src/plan/step.ts';
export { stepText } from '../src/plan/step-text.ts';
export type { Bag, BagContent, ClientEndpoint, ClientRelation } from '../src/relations/relation-facts.ts';
export { absentServer } from '../src/server/absent-server.ts';
export type {
  CatalogFacts,
  DatabaseInside,
  DatabaseNote,
  RoleFacts,
  RoleNote,
} from '../src/server/catalog-facts.ts';
export type { CatalogStep } from '../src/server/catalog-steps.ts';
export type { CopyFacts, FenceFacts, JobRequest, PackagesFacts } from '../src/server/jobs.ts';
export type { Render } from '../src/server/managed-files.ts';
export type { Moment } from '../src/server/moment.ts';
export { passfileHeading } from '../src/server/passfile-heading.ts';
export { type ClusterPlace, clusterPlace, type ManagedPaths, managedPaths } from '../src/server/place.ts';
export type {
  RunningServer,
  SenderFacts,
  ServerFacts,
  ServerLook,
  TimelineSwitch,
} from '../src/server/server-facts.ts';
export type { ServerStep } from '../src/server/server-steps.ts';
export { type MajorTraits, majorTraits } from '../src/server/versions.ts';
export { md5Hex } from '../src/system/entropy.ts';
export { templateRenderer } from '../src/system/templates.ts';
