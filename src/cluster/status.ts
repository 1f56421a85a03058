/** The application's status, shown by the leader. */
import type { Status } from './goal.ts';
import type { LeaderCase } from './leader-case.ts';

/** `1 primary, 2 standbys`, or what is wrong. */
export function applicationStatus(c: LeaderCase): Status {
  // Of a unit that was given up only its last words are left.
  const given = c.decision?.excluded ?? [];
  const heard = c.present.filter((facts) => !given.includes(facts.unit));
  const primaries = heard.filter((facts) => facts.role === 'primary').map((facts) => facts.unit);
  const standbys = heard.filter((facts) => facts.role === 'standby').length;
  if (primaries.length === 0) {
    return {
      state: 'waiting',
      message: `No primary yet, waiting for ${c.decision?.primary ?? 'a decision'}`,
    };
  }
  if (primaries.length > 1) {
    return { state: 'blocked', message: `More than one primary: ${primaries.join(', ')}` };
  }
  const live = heard.filter((facts) => facts.role === 'primary' || facts.role === 'standby');
  const rest = c.present.filter((facts) => !live.includes(facts));
  const counts = `1 primary${standbys === 0 ? '' : `, ${standbys} standby${standbys === 1 ? '' : 's'}`}`;
  const lost = c.decision?.lossBytes ?? '0';
  const loss = lost === '0' ? '' : `; up to ${lost} bytes were lost with ${c.decision?.previous}`;
  const waiting = rest.length === 0 ? '' : `, not ready: ${rest.map((facts) => facts.unit).join(', ')}`;
  return { state: 'active', message: `${counts}${waiting}${loss}` };
}
