import { type Application, charmOf, type ModelState, type RelationEnd, requireApplication } from './state.ts';

/** Finds the one pair of endpoints two sides (`app` or `app:endpoint`) can mean; errors are Juju's. */
export function inferEndpoints(model: ModelState, a: string, b: string): [RelationEnd, RelationEnd] {
  const pairs: [RelationEnd, RelationEnd][] = [];
  for (const one of candidates(model, a)) {
    for (const other of candidates(model, b)) if (fits(one, other)) pairs.push([one, other]);
  }
  const explicit = pairs.filter((pair) => !pair.some((end) => end.name === 'juju-info'));
  const choice = explicit.length > 0 ? explicit : pairs;
  const [first, ...others] = choice;
  if (first === undefined) throw new Error('no relations found');
  if (others.length > 0) {
    const texts = choice.map((pair) => `"${pair.map(endKey).join(' ')}"`).sort();
    throw new Error(`ambiguous relation: "${a} ${b}" could refer to ${texts.join('; ')}`);
  }
  return first;
}

/** `app:endpoint`. */
export function endKey(end: RelationEnd): string {
  return `${end.application}:${end.name}`;
}

function candidates(model: ModelState, side: string): RelationEnd[] {
  const [name = '', endpoint] = side.split(':');
  const remote = model.remotes[name];
  const ends =
    remote === undefined
      ? endsOf(model, requireApplication(model, name)).filter((end) => end.role !== 'peer')
      : remote.ends.map((end) => ({ ...end, application: name }));
  if (endpoint === undefined) return ends;
  const named = ends.filter((end) => end.name === endpoint);
  if (named.length === 0) throw new Error(`application "${name}" has no "${endpoint}" relation`);
  return named;
}

/** An application's endpoints, with the juju-info every application provides. */
export function endsOf(model: ModelState, application: Application): RelationEnd[] {
  const charm = charmOf(model, application);
  const ends = Object.values(charm.endpoints).map((endpoint) => ({
    ...endpoint,
    application: application.name,
  }));
  ends.push({
    name: 'juju-info',
    role: 'provider',
    interface: 'juju-info',
    scope: 'global',
    limit: null,
    application: application.name,
  });
  return ends;
}

function fits(one: RelationEnd, other: RelationEnd): boolean {
  const roles = [one.role, other.role].sort().join(' ');
  return (
    one.interface === other.interface &&
    roles === 'provider requirer' &&
    one.application !== other.application
  );
}
