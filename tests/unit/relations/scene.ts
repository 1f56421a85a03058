/** Relations and clusters to plan with, and bags as a client would read them. */
import { createHash } from 'node:crypto';
import { answerOf } from '../../../src/relations/answers.ts';
import { anyMark, type ClusterView } from '../../../src/relations/cluster-view.ts';
import { type DesiredGrants, desiredGrants, requestProblems } from '../../../src/relations/grants.ts';
import type { ReadRelation } from '../../../src/relations/read-relation.ts';
import type {
  Answer,
  Bag,
  BagContent,
  BagText,
  ClientRelation,
} from '../../../src/relations/relation-facts.ts';
import type { RequestText } from '../../../src/relations/request-text.ts';
import { readRelation, readRelations } from '../../../src/relations/requests.ts';
import { type DatabasePrivilege, databasePrivileges } from '../../../src/server/database-privileges.ts';

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A bag of a remote unit with the addresses Juju puts there. */
export function unitBag(address: string, more: Bag = {}): Bag {
  return {
    'egress-subnets': `${address}/32`,
    'ingress-address': address,
    'private-address': address,
    ...more,
  };
}

export function relationOf(more: Partial<ClientRelation> = {}): ClientRelation {
  return {
    id: 'db:3',
    endpoint: 'db',
    remoteApplication: 'app',
    remoteApplicationBag: {},
    remoteUnits: { 'app/0': unitBag('10.0.0.9') },
    ownBag: {},
    ownApplicationBag: null,
    ingressAddress: null,
    broken: false,
    ...more,
  };
}

/** A cluster of `count` units as the unit of number `own` sees it; postgresql/0 is the primary and leader. */
export function clusterOf(count: number, own = 0, more: Partial<ClusterView> = {}): ClusterView {
  const servers = Array.from({ length: count }, (_, index) => ({
    unit: `postgresql/${index}`,
    host: `10.0.0.${index + 1}`,
    port: 5432,
    addresses: {},
  }));
  const ready = servers.map(({ unit }) => unit);
  const state = own > 0 ? 'hot standby' : count === 1 ? 'standalone' : 'master';
  return {
    unit: `postgresql/${own}`,
    host: `10.0.0.${own + 1}`,
    port: 5432,
    leader: own === 0,
    state,
    version: '15.9',
    primary: 'postgresql/0',
    servers,
    ready: readyOn(ready, 'db:3', 'db-admin:4', 'master:5', 'database:6'),
    rulesLoaded: true,
    secrets: true,
    certificateAuthority: null,
    ...more,
  };
}

/** These units have met whatever is asked over these relations. */
export function readyOn(units: readonly string[], ...relations: readonly string[]): ClusterView['ready'] {
  const marks = Object.fromEntries(units.map((unit) => [unit, [anyMark]]));
  return Object.fromEntries(relations.map((relation) => [relation, marks]));
}

export function filled(text: BagText): string {
  if (typeof text === 'string') return text;
  return text
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'passwordOf' in part ? `pw${md5(part.passwordOf).slice(0, 6)}` : `secret:${part.secretUri}`;
    })
    .join('');
}

/** The bag after `content` was written to an empty one. */
export function bagOf(content: BagContent | null): Bag {
  const entries = Object.entries(content ?? {}).map(([key, text]) => [key, filled(text)] as const);
  return Object.fromEntries(entries.filter(([, text]) => text !== ''));
}

/** Secret URI → its content, of an answer. */
export function secretsOf(answer: Answer): Readonly<Record<string, Bag>> {
  return Object.fromEntries(answer.secrets.map(({ label, content }) => [`secret:${label}`, bagOf(content)]));
}

/** A relation of which nothing has been parsed yet. `answered` are requests over `database` that have been answered. */
export const readOf = (relation: ClientRelation, answered?: readonly RequestText[]): ReadRelation =>
  readRelation(relation, answered, md5);

/** The answer to it; `problem` is what the server has against all its requests. */
export const answerTo = (
  relation: ClientRelation,
  cluster: ClusterView,
  problem: string | null = null,
  answered?: readonly RequestText[],
): Answer => {
  const read = readOf(relation, answered);
  const found = read.requests.map(({ mark }) => [mark, problem === null ? [] : [problem]] as const);
  return answerOf(read, cluster, Object.fromEntries(found));
};

/** Grants of relations of which nothing has been parsed yet. */
export const grantsOf = (
  relations: readonly ClientRelation[],
  privileges: readonly DatabasePrivilege[] = databasePrivileges,
): DesiredGrants => desiredGrants(readRelations(relations, {}, md5), privileges, md5);

/** Problems of such relations, as far as their bags tell. */
export const problemsIn = (relations: readonly ClientRelation[]): Record<string, readonly string[]> =>
  requestProblems(readRelations(relations, {}, md5));
