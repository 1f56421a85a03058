/** Forwarding of logs to collectors. */
import { type DesiredForwarding, desiredForwarding } from '../relations/syslog.ts';
import { entryOf } from '../server/entry-of.ts';
import { logLinePrefix } from '../server/settings.ts';
import { planBag } from './bags.ts';
import type { Means } from './means.ts';
import type { Observation } from './observation.ts';
import type { RawLines } from './options/raw-lines.ts';
import type { Step } from './step.ts';

/** Needs of the relations of endpoint syslog. */
export function forwardingFor({ juju, event }: Observation, { extraConf }: RawLines): DesiredForwarding {
  return desiredForwarding(juju.syslog, event.unit, logLinePrefix(extraConf));
}

/** Publishes what collectors need to know. */
export function planLogBags(observation: Observation, { bags }: DesiredForwarding): Step[] {
  return observation.juju.syslog.flatMap(({ id, ownBag }) => {
    const bag = entryOf(bags, id);
    return bag === undefined ? [] : planBag(observation, id, 'unit', ownBag, bag, true);
  });
}

/** The step that changes rsyslog's files; none when they are as desired and rsyslog has read them. */
export function planForwards(
  { machine }: Observation,
  { forwards, bags }: DesiredForwarding,
  { render }: Means,
): Step[] {
  if (machine.forwards === null) return [];
  const { files: seen, unread } = machine.forwards;
  const desired = forwards.map((forward) => ({
    path: forward.path,
    content: render('rsyslog.conf', forward),
  }));
  const files = desired.filter(({ path, content }) => entryOf(seen, path) !== content);
  const remove = Object.keys(seen).filter((path) => !desired.some((file) => file.path === path));
  if (files.length === 0 && remove.length === 0 && !unread) return [];
  // It is installed first, by a job.
  if (!machine.forwards.canForward && files.length > 0) return [];
  return [{ kind: 'syslog.forward', relation: Object.keys(bags)[0] ?? 'syslog', files, remove }];
}
