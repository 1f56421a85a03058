import type { HookContext } from '../hook-context.ts';

/** True when the unit leads, by the run's own rules: a no stays no until its end, a yes is asked again. */
export async function leads(context: HookContext): Promise<boolean> {
  if (context.leadershipDenied) return false;
  const leader = await context.agent.leadership.isLeader();
  if (!leader) context.leadershipDenied = true;
  return leader;
}
