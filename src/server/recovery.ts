/** Upstream of a standby: the view of templates/recovery.conf. */
import { quoteConf } from './conf-lines.ts';
import type { Upstream } from './jobs.ts';
import type { MajorTraits } from './versions.ts';

export interface RecoveryView {
  readonly settings: readonly { readonly name: string; readonly value: string }[];
}

/** `upstream` null: a primary, or a standby that is to receive from nobody (frozen). */
export interface DesiredRecovery {
  readonly traits: MajorTraits;
  readonly standby: boolean;
  readonly upstream: Upstream | null;
  readonly replicationRole: string;
  readonly passfile: string;
}

/**
 * The view of the recovery settings; null when there must be no such file (a primary up to 11, which would
 * become a standby by its mere presence).
 */
export function recoveryView(desired: DesiredRecovery): RecoveryView | null {
  const legacy = desired.traits.recoveryIn === 'recovery.conf';
  if (legacy && !desired.standby) return null;
  const settings: [string, string][] = [];
  if (legacy) settings.push(['standby_mode', 'on']);
  settings.push(['recovery_target_timeline', 'latest']);
  const following = desired.standby ? desired.upstream : null;
  settings.push(['primary_conninfo', following === null ? '' : conninfo(desired, following)]);
  settings.push(['primary_slot_name', following?.slot ?? '']);
  // Up to 11 an empty text is not taken for "none".
  const said = legacy ? settings.filter(([, value]) => value !== '') : settings;
  return { settings: said.map(([name, value]) => ({ name, value: quoteConf(value) })) };
}

/** Connection text for replication from `upstream`; the password is in the passfile, never here. */
export function conninfo(
  desired: { readonly replicationRole: string; readonly passfile: string },
  upstream: Upstream,
): string {
  const parts: [string, string][] = [
    ['host', upstream.host],
    ['port', String(upstream.port)],
    ['user', desired.replicationRole],
    ['passfile', desired.passfile],
    ['application_name', upstream.applicationName],
    ['sslmode', 'prefer'],
    ['connect_timeout', '5'],
    ['keepalives_idle', '5'],
    ['keepalives_interval', '2'],
    ['keepalives_count', '3'],
  ];
  return parts.map(([key, value]) => `${key}=${quoteConninfo(value)}`).join(' ');
}

function quoteConninfo(value: string): string {
  if (/^[\w./:-]+$/.test(value)) return value;
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
