/** Where logs are to be forwarded to, and the steps towards that. */
import { type DesiredForwarding, desiredForwarding } from '../relations/syslog.ts';
import type { Render } from '../server/managed-files.ts';
import { logLinePrefix } from '../server/settings.ts';
import { planBag } from './bags.ts';
import type { Observation } from './observation.ts';
import type { CharmOptions } from './options/read.ts';
import type { Step } from './step.ts';

/** What the relations of endpoint syslog need of this unit. */
export function logWishes({ juju, event }: Observation, options: CharmOptions): DesiredForwarding {
  return desiredForwarding(juju.syslog, event.unit, logLinePrefix(options.extraConf));
}

/** What collectors are told. */
export function planLogBags(observation: Observation, { bags }: DesiredForwarding): Step[] {
  return observation.juju.syslog.flatMap(({ id, ownBag }) => {
    const bag = bags[id];
    return bag === undefined ? [] : planBag(observation, id, 'unit', ownBag, bag, true);
  });
}

/** The step that brings rsyslog's files to what is wished; none when they are so and rsyslog has read them. */
export function planForwards(
  { machine }: Observation,
  { forwards, bags }: DesiredForwarding,
  render: Render,
): Step[] {
  const { files: seen, unread } = machine.forwards;
  const wanted = forwards.map((forward) => ({
    path: forward.path,
    content: render('rsyslog.conf', forward),
  }));
  const files = wanted.filter(({ path, content }) => seen[path] !== content);
  const remove = Object.keys(seen).filter((path) => !wanted.some((file) => file.path === path));
  if (files.length === 0 && remove.length === 0 && !unread) return [];
  return [{ kind: 'syslog.forward', relation: Object.keys(bags)[0] ?? 'syslog', files, remove }];
}
