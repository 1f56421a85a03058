/** Steps in the log. */
import type { Step } from './step.ts';

/** Fields that are shown, and safe to. */
const shown = new Set([
  'relation',
  'database',
  'role',
  'user',
  'address',
  'extension',
  'schema',
  'name',
  'option',
  'major',
  'version',
  'port',
  'job',
  'why',
]);

/** Short text of a step: its kind and its object. */
export function stepText(step: Step): string {
  return `${step.kind} ${stepDetail(step)}`.trimEnd().slice(0, 200);
}

function stepDetail(step: Step): string {
  switch (step.kind) {
    case 'bag.set':
      return `${step.relation} ${step.owner} ${Object.keys(step.content).toSorted().join(',')}`;
    case 'secret.publish':
      return `${step.relation} ${step.label}`;
    case 'secret.remove':
      return step.label;
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
  return Object.entries(step)
    .filter(([key, value]) => shown.has(key) && (typeof value === 'string' || typeof value === 'number'))
    .map(([, value]) => String(value))
    .join(' ');
}
