/** The application's status, shown by the leader. */
import type { Status } from './goal.ts';
import type { LeaderSituation } from './leader-situation.ts';

/** `1 primary, 2 standbys`, or what is wrong. */
export function applicationStatus(s: LeaderSituation): Status {
  // Of a unit that was given up only its last words are left.
  const given = s.decision?.excluded ?? [];
  const heard = s.present.filter((facts) => !given.includes(facts.unit));
  const primaries = heard.filter((facts) => facts.role === 'primary').map((facts) => facts.unit);
  const standbys = heard.filter((facts) => facts.role === 'standby').length;
  if (primaries.length === 0) {
    return {
      state: 'waiting',
      message: `No primary yet, waiting for ${s.decision?.primary ?? 'a decision'}`,
    };
  }
  if (primaries.length > 1) {
    return { state: 'blocked', message: `More than one primary: ${primaries.join(', ')}` };
  }
  const live = heard.filter((facts) => facts.role === 'primary' || facts.role === 'standby');
  const rest = s.present.filter((facts) => !live.includes(facts));
  const counts = `1 primary${standbys === 0 ? '' : `, ${standbys} standby${standbys === 1 ? '' : 's'}`}`;
  const lost = s.decision?.lossBytes ?? '0';
  const loss = lost === '0' ? '' : `; up to ${lost} bytes were lost with ${s.decision?.previous}`;
  const waiting = rest.length === 0 ? '' : `, not ready: ${rest.map((facts) => facts.unit).join(', ')}`;
  return { state: 'active', message: `${counts}${waiting}${loss}` };
}
