/** Everything a plan can ask for, as plain data. */
import type { BagContent } from '../relations/relation-facts.ts';
import type { CatalogStep } from '../server/catalog-steps.ts';
import type { ServerStep } from '../server/server-steps.ts';

export type JujuStep =
  /** Merges `content` into a bag of this unit or (leader only) of the application; an empty text deletes its key. */
  | {
      readonly kind: 'bag.set';
      readonly relation: string;
      readonly owner: 'unit' | 'application';
      readonly content: BagContent;
    }
  /** Makes or renews a secret and grants it to a relation; its URI can then stand in a bag. */
  | {
      readonly kind: 'secret.publish';
      readonly relation: string;
      readonly label: string;
      readonly content: BagContent;
    }
  /** Makes the root secret of all passwords and publishes where it is. */
  | { readonly kind: 'credentials.create' }
  | { readonly kind: 'port.open'; readonly port: number }
  | { readonly kind: 'version.set'; readonly version: string }
  /** Another pass soon after this hook: nobody tells a leader of what it has committed itself. */
  | { readonly kind: 'wake.self'; readonly why: string };

export type Step = JujuStep | ServerStep | CatalogStep;

/** A step that did not work, for the status and the log. */
export interface FailedStep {
  readonly step: Step;
  readonly reason: string;
}

/** Short text of a step for the log: its kind and what it is about. */
export function stepText(step: Step): string {
  return `${step.kind} ${stepDetail(step)}`.trimEnd().slice(0, 200);
}

function stepDetail(step: Step): string {
  switch (step.kind) {
    case 'bag.set':
      return `${step.relation} ${step.owner} ${Object.keys(step.content).toSorted().join(',')}`;
    case 'secret.publish':
      return `${step.relation} ${step.label}`;
    case 'cluster.create':
      return `${step.place.major}/${step.place.name}`;
    case 'job.start':
      return step.request.job;
    case 'file.write':
    case 'file.remove':
    case 'passfile.write':
      return step.path;
    default:
      return plainDetail(step);
  }
}

function plainDetail(step: Step): string {
  const shown = [
    'relation',
    'database',
    'role',
    'user',
    'address',
    'extension',
    'schema',
    'name',
    'major',
    'version',
    'port',
    'job',
    'why',
  ];
  return Object.entries(step)
    .filter(([key, value]) => shown.includes(key) && (typeof value === 'string' || typeof value === 'number'))
    .map(([, value]) => String(value))
    .join(' ');
}

/** The same step asked for again has the same key. */
export function stepKey(step: Step): string {
  return JSON.stringify(step);
}
