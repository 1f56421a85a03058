/** Bugs planted on purpose, to show that the simulation finds them. */
import {
  type LeaderRule,
  type LeaderSituation,
  leaderRules,
  type MemberFacts,
  type MemberRule,
  memberRules,
  nextDecision,
  type Observation,
  parsePosition,
  planOf,
  shippedRules,
} from '../shipped.ts';
import type { Charm } from './world.ts';

const shipped: Charm = {
  plan: planOf,
  rules: shippedRules,
  bootsAlways: false,
  deletesBeforeClone: false,
  actsOnOwnDecision: false,
  asksLeadershipLate: false,
  fences: true,
  sees: (observation) => observation,
  startsLate: false,
  trustsWallClock: false,
};

const leading = (leader: readonly LeaderRule[]): Charm => ({
  ...shipped,
  rules: { ...shippedRules, leader },
});
const acting = (member: readonly MemberRule[]): Charm => ({ ...shipped, rules: { ...shippedRules, member } });

const without = <T extends { readonly id: number }>(rules: readonly T[], ...ids: number[]): T[] =>
  rules.filter((rule) => !ids.includes(rule.id));

const changed = <T extends { readonly id: number }>(
  rules: readonly T[],
  id: number,
  change: Partial<T>,
): T[] => rules.map((rule) => (rule.id === id ? { ...rule, ...change } : rule));

type Order = (left: MemberFacts, right: MemberFacts) => number;

/** Rule 141 with another order of the candidates. */
function electing(order: Order): readonly LeaderRule[] {
  const candidates = (c: LeaderSituation): MemberFacts[] =>
    c.holders
      .filter((facts) => facts.epoch >= (c.decision?.epoch ?? 0) && facts.position !== null)
      .filter((facts) => !c.decision?.excluded.includes(facts.unit))
      .toSorted(order);
  return changed(leaderRules, 141, {
    when: (c) => c.decision?.kind === 'freeze' && candidates(c).length > 0,
    verdict: (c) => ({
      decision: nextDecision(c, { kind: 'primary', primary: candidates(c)[0]?.unit ?? null }),
      status: null,
      watch: null,
    }),
  });
}

const bytes = (facts: MemberFacts): bigint => parsePosition(facts.position) ?? 0n;
const text = (facts: MemberFacts): string => facts.position ?? '';

/** In place of rule 228: whoever has waited long enough for its successor goes on by itself. */
const startsAgain: MemberRule = {
  id: 228,
  condition: '',
  when: (c) => c.part === 'old',
  verdict: () => ({
    goal: { kind: 'run-primary' },
    status: { state: 'waiting', message: 'Taking too long' },
    refuse: null,
    watch: null,
  }),
  why: '',
};

/** Packages that are not installed hold up all the rest. */
const packagesFirst: Charm['plan'] = (situation, failed) => {
  const plan = planOf(situation, failed);
  const { packages } = situation.observation.server;
  return packages === null || (!packages.alive && packages.error === null) ? plan : { ...plan, lanes: [] };
};

/** A look that has failed finds nothing. */
function absent({ server }: Observation): Pick<Observation, 'server' | 'unknown'> {
  const state = server.state === 'unknown' ? 'starting' : server.state;
  return { server: { ...server, state, unasked: null, unknown: {} }, unknown: {} };
}

/** By name: the charm with one bug in it. */
export const plants = {
  'smallest-position': leading(electing((a, b) => (bytes(a) < bytes(b) ? -1 : 1))),
  'position-as-text': leading(electing((a, b) => (text(a) > text(b) ? -1 : 1))),
  'before-all-reported': leading(without(leaderRules, 140)),
  'old-epoch': acting(without(memberRules, 206)),
  'delete-before-clone': { ...shipped, deletesBeforeClone: true },
  'empty-unit-wins': {
    ...shipped,
    rules: { leader: without(leaderRules, 103), member: without(memberRules, 211, 212) },
  },
  'start-unasked': { ...shipped, bootsAlways: true },
  'one-epoch-twice': leading(
    changed(leaderRules, 132, {
      verdict: (c) => ({
        decision: nextDecision(c, {
          kind: 'primary',
          primary: c.decision?.target ?? null,
          epoch: c.decision?.epoch ?? 0,
        }),
        status: null,
        watch: null,
      }),
    }),
  ),
  'late-leadership': { ...shipped, asksLeadershipLate: true },
  'own-decision': { ...shipped, actsOnOwnDecision: true },
  'promote-short': acting(changed(memberRules, 217, { when: (c) => c.part === 'named' && c.runsStandby })),
  'diverged-follows': acting(without(memberRules, 248, 249)),
  'no-stop': acting(without(memberRules, 230)),
  'no-fence': { ...shipped, fences: false },
  'no-wait-for-fence': leading(without(leaderRules, 147)),
  'unfenced-promotion': acting(without(memberRules, 252, 253)),
  'unfenced-start': acting(without(memberRules, 254)),
  'late-start': { ...shipped, startsLate: true },
  'resume-alone': acting(
    changed(memberRules, 227, {
      when: (c) => c.part === 'old' && c.own.cleanStop && c.heldSeconds < 4,
    }).map((rule) => (rule.id === 228 ? startsAgain : rule)),
  ),
  'manual-end': {
    ...shipped,
    rules: { leader: without(leaderRules, 106, 107, 108, 109, 110), member: without(memberRules, 208) },
  },
  'wall-clock': { ...shipped, trustsWallClock: true },
  'lane-waits': { ...shipped, plan: packagesFirst },
  'unknown-is-absent': { ...shipped, sees: (observation) => ({ ...observation, ...absent(observation) }) },
  'freeze-uncut': acting(
    changed(memberRules, 233, {
      verdict: () => ({
        goal: { kind: 'hold' },
        status: { state: 'waiting', message: 'Frozen' },
        refuse: null,
        watch: null,
      }),
    }),
  ),
} satisfies Record<string, Charm>;

export type Plant = keyof typeof plants;

/** The shipped charm, or the one with the named bug. */
export function charmWith(plant: Plant | null): Charm {
  return plant === null ? shipped : plants[plant];
}
