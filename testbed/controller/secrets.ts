import { randomBytes } from 'node:crypto';
import type { SecretInfo } from '../protocol/admin.ts';
import type { BagContent, SecretChange, SecretMetadata } from '../protocol/agent-methods.ts';
import { applicationOf, secretId } from '../protocol/names.ts';
import { leaderOf } from './leases.ts';
import { type ModelState, nowMs, type Secret, type Unit } from './state.ts';

/** A new id of Juju's form: 20 letters of base 32. */
export function newSecretId(): string {
  const letters = '0123456789abcdefghijklmnopqrstuv';
  return [...randomBytes(20)].map((byte) => letters[byte % 32]).join('');
}

export function findSecret(model: ModelState, uri: string): Secret {
  const secret = model.secrets[secretId(uri)];
  if (secret === undefined) throw new Error(`secret "${secretId(uri)}" not found`);
  return secret;
}

/** True when a unit owns the secret, itself or through its application. */
export function ownsSecret(secret: Secret, unit: Unit): boolean {
  return secret.owner.name === (secret.owner.kind === 'unit' ? unit.name : unit.application);
}

/** Throws unless the unit may change the secret: its own, or its application's while it leads. */
export function requireManageable(model: ModelState, secret: Secret, unit: Unit): void {
  if (!ownsSecret(secret, unit)) throw new Error('permission denied');
  if (secret.owner.kind === 'application' && leaderOf(model, unit.application) !== unit.name) {
    throw new Error('permission denied');
  }
}

function mayRead(model: ModelState, secret: Secret, unit: Unit): boolean {
  if (ownsSecret(secret, unit)) return true;
  return secret.grants.some(
    (grant) =>
      (grant.to === unit.name || grant.to === unit.application) &&
      model.relations[grant.relationId] !== undefined,
  );
}

/** `secret-get`: by URI, by the consumer's label or by the owner's label; pins the revision as Juju does. */
export function readSecret(
  model: ModelState,
  unit: Unit,
  query: { uri: string | null; label: string | null; refresh: boolean; peek: boolean },
): { uri: string; content: BagContent } {
  const secret = query.uri === null ? byLabel(model, unit, query.label ?? '') : findSecret(model, query.uri);
  if (!mayRead(model, secret, unit)) throw new Error('permission denied');
  const pinned = secret.consumers[unit.name];
  const newest = query.refresh || query.peek || pinned === undefined;
  const revision = newest ? secret.latest : pinned.revision;
  if (!query.peek) {
    const label = query.uri === null ? (pinned?.label ?? '') : (query.label ?? pinned?.label ?? '');
    secret.consumers[unit.name] = { label, revision };
  }
  const found = secret.revisions.find((each) => each.revision === revision);
  if (found === undefined) throw new Error(`secret revision "${secret.id}/${revision}" not found`);
  return { uri: `secret:${secret.id}`, content: { ...found.content } };
}

function byLabel(model: ModelState, unit: Unit, label: string): Secret {
  const all = Object.values(model.secrets);
  const found =
    all.find((secret) => ownsSecret(secret, unit) && secret.label === label) ??
    all.find((secret) => secret.consumers[unit.name]?.label === label);
  if (found === undefined) throw new Error(`consumer label "${label}" not found`);
  return found;
}

/** Makes a secret whose id was reserved before. */
export function createSecret(model: ModelState, unit: Unit, change: SecretChange): void {
  const kind = change.owner ?? 'application';
  if (kind === 'application' && leaderOf(model, unit.application) !== unit.name)
    throw new Error('permission denied');
  const name = kind === 'unit' ? unit.name : unit.application;
  requireFreeLabel(model, unit, change.label ?? '', null);
  const id = secretId(change.uri);
  const rotate = change.rotate ?? 'never';
  model.secrets[id] = {
    id,
    owner: { kind, name },
    label: change.label ?? '',
    description: change.description ?? '',
    rotate,
    nextRotateMs: nextRotation(model, rotate),
    rotations: 0,
    latest: 1,
    revisions: [{ revision: 1, content: change.content ?? {}, expiresAtMs: change.expiresAtMs }],
    grants: [],
    consumers: {},
  };
}

function requireFreeLabel(model: ModelState, unit: Unit, label: string, except: Secret | null): void {
  if (label === '') return;
  const taken = Object.values(model.secrets).some(
    (each) => each !== except && each.label === label && ownsSecret(each, unit),
  );
  if (taken) throw new Error(`secret with label "${label}" already exists`);
}

/** `secret-set`: new content makes a new revision, unless it is the same as the newest. */
export function updateSecret(model: ModelState, unit: Unit, change: SecretChange): void {
  const secret = findSecret(model, change.uri);
  requireManageable(model, secret, unit);
  if (change.label !== null) {
    requireFreeLabel(model, unit, change.label, secret);
    secret.label = change.label;
  }
  if (change.description !== null) secret.description = change.description;
  if (change.rotate !== null) {
    secret.rotate = change.rotate;
    secret.nextRotateMs = nextRotation(model, change.rotate);
  }
  const newest = secret.revisions.find((each) => each.revision === secret.latest);
  if (change.content !== null && JSON.stringify(newest?.content) !== JSON.stringify(change.content)) {
    secret.latest += 1;
    secret.revisions.push({
      revision: secret.latest,
      content: change.content,
      expiresAtMs: change.expiresAtMs,
    });
  } else if (change.expiresAtMs !== null && newest !== undefined) newest.expiresAtMs = change.expiresAtMs;
}

const hourMs = 3_600_000;
const periodsMs: Record<string, number> = {
  hourly: hourMs,
  daily: 24 * hourMs,
  weekly: 7 * 24 * hourMs,
  monthly: 30 * 24 * hourMs,
  quarterly: 91 * 24 * hourMs,
  yearly: 365 * 24 * hourMs,
};

/** Time of a secret's next rotation, in model time; null for `never`. */
export function nextRotation(model: ModelState, policy: string): number | null {
  const periodMs = periodsMs[policy];
  return periodMs === undefined ? null : nowMs(model) + periodMs;
}

/** Removes one revision, or the secret when none is named or none is left. */
export function removeSecret(model: ModelState, unit: Unit, uri: string, revision: number | null): void {
  const secret = findSecret(model, uri);
  requireManageable(model, secret, unit);
  secret.revisions = secret.revisions.filter((each) => revision !== null && each.revision !== revision);
  if (secret.revisions.length === 0) delete model.secrets[secret.id];
}

/** Metadata of a secret for secret-info-get and secret-ids. */
export function secretMetadata(secret: Secret): SecretMetadata {
  const newest = secret.revisions.find((each) => each.revision === secret.latest);
  const iso = (ms: number | null | undefined): string | null =>
    ms == null ? null : new Date(ms).toISOString();
  return {
    id: secret.id,
    uri: `secret:${secret.id}`,
    revision: secret.latest,
    label: secret.label,
    owner: secret.owner.kind,
    description: secret.description,
    rotation: secret.rotate,
    expiry: iso(newest?.expiresAtMs),
    rotates: iso(secret.nextRotateMs),
    access: secret.grants.map((grant) => ({
      target: grant.to.includes('/') ? `unit-${grant.to.replace('/', '-')}` : `application-${grant.to}`,
      scope: `relation-${grant.relationId}`,
      role: 'view' as const,
    })),
  };
}

/** Binds a grant to a relation; the receiver must be its remote application or one of its units. */
export function grantSecret(
  model: ModelState,
  unit: Unit,
  grant: { uri: string; relationId: number; unit: string | null },
): void {
  const secret = findSecret(model, grant.uri);
  requireManageable(model, secret, unit);
  const relation = model.relations[grant.relationId];
  const remote = relation?.ends.find((end) => end.application !== unit.application)?.application;
  if (remote === undefined) throw new Error(`relation not found`);
  if (grant.unit !== null && applicationOf(grant.unit) !== remote) {
    throw new Error(`unit "${grant.unit}" is not a unit of the relation's application "${remote}"`);
  }
  const to = grant.unit ?? remote;
  if (!secret.grants.some((each) => each.relationId === grant.relationId && each.to === to)) {
    secret.grants.push({ relationId: grant.relationId, to });
  }
}

export function revokeSecret(
  model: ModelState,
  unit: Unit,
  revoke: { uri: string; relationId: number | null; app: string | null; unit: string | null },
): void {
  const secret = findSecret(model, revoke.uri);
  requireManageable(model, secret, unit);
  const to = revoke.unit ?? revoke.app;
  secret.grants = secret.grants.filter(
    (grant) =>
      !(
        (revoke.relationId === null || grant.relationId === revoke.relationId) &&
        (to === null || grant.to === to)
      ),
  );
}

export function describeSecret(secret: Secret): SecretInfo {
  const { label, description, rotate } = secret;
  return {
    uri: `secret:${secret.id}`,
    owner: secret.owner.name,
    label,
    description,
    rotate,
    latestRevision: secret.latest,
    revisions: secret.revisions.map((each) => each.revision),
    grants: secret.grants.map((grant) => ({ ...grant })),
  };
}
