/** Packages: the job that installs them, archives that do not answer, and an operator who asks for more. */
import { afterPackages } from '../effects/jobs.ts';
import { momentOf, wallText } from './clocks.ts';
import { tell, type Unit, type World } from './world.ts';

/** True when the archives do not answer this unit's machine. */
export function hangs(world: World, unit: Unit): boolean {
  return unit.trouble.mirrorHangs > world.time;
}

/** Brings the job of a unit to its end when that has come, and wakes the charm. */
export function install(world: World, unit: Unit): void {
  const { packages } = unit.kept.server;
  if (packages?.alive !== true || world.time < unit.packagesEnd) return;
  const isBroken = hangs(world, unit) || (world.faults && world.random.oneIn(6));
  const names = [...packages.server, ...packages.extra];
  const refused = names.filter((name) => isBroken || name === noSuchPackage);
  const seen = { ...unit.kept, now: momentOf(world, unit), nowText: wallText(world, unit) };
  unit.kept = afterPackages(seen, Object.fromEntries(refused.map((name) => [name, 'it cannot be located'])));
  unit.events.add('wake');
  tell(world, `${unit.name} has installed packages, but for ${refused.join(' ')}`);
}

/** It cannot be had from any archive. */
export const noSuchPackage = 'no-such-package';

/** The archives of a unit's machine do not answer for a while. */
export function loseArchives(world: World, unit: Unit): void {
  unit.trouble.mirrorHangs = world.time + 60 + world.random.below(600);
  tell(world, `${unit.name} reaches no archive of packages`);
}
