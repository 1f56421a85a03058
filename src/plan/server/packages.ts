/** Packages: PostgreSQL itself and those of option extra_packages. */
import type { ServerStep } from '../../server/server-steps.ts';
import type { Situation } from '../situation.ts';

/** The step that installs what is missing. Packages asked for later are added to what is installed. */
export function planPackages({ observation, reading }: Situation): ServerStep[] {
  const { server, memory } = observation;
  const { options } = reading.options;
  if (server.place === null && !options.majorUsable) return [];
  const missing = options.extraPackages.some((name) => !memory.packages.includes(name));
  const major = server.place?.major ?? options.major;
  const installed = isInstalled(server.installedMajor, major);
  return installed && !missing ? [] : [{ kind: 'packages.install', major, packages: options.extraPackages }];
}

/** Whether a server of `major` (null: any) can be made with the packages that are there. */
export function isInstalled(installedMajor: number | null, major: number | null): boolean {
  return installedMajor !== null && (major === null || installedMajor >= major);
}
