/** Relations and clusters to plan with, and bags as a client would read them. */
import { createHash } from 'node:crypto';
import { answerOf } from '../../../src/relations/answers.ts';
import type { ClusterView } from '../../../src/relations/cluster-view.ts';
import { type DesiredGrants, desiredGrants } from '../../../src/relations/grants.ts';
import type {
  Answer,
  Bag,
  BagContent,
  BagText,
  ClientRelation,
} from '../../../src/relations/relation-facts.ts';
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
    ready: { 'db:3': ready, 'db-admin:4': ready, 'master:5': ready, 'database:6': ready },
    secrets: true,
    certificateAuthority: null,
    ...more,
  };
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

/** The answer to a relation of which nothing has been parsed yet. */
export const answerTo = (
  relation: ClientRelation,
  cluster: ClusterView,
  catalogProblem: string | null,
): Answer => answerOf(readRelation(relation, md5), cluster, catalogProblem);

/** Grants of relations of which nothing has been parsed yet. */
export const grantsOf = (
  relations: readonly ClientRelation[],
  privileges: readonly DatabasePrivilege[] = databasePrivileges,
): DesiredGrants => desiredGrants(readRelations(relations, md5), privileges, md5);
