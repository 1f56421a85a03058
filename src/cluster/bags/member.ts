/** A member's facts as the text of its unit bag, and back. */

import { entryOf } from '../../server/entry-of.ts';
import { jsonObject, parsedJson } from '../../server/json.ts';
import type { TimelineSwitch } from '../../server/server-facts.ts';
import type { ManualNote, MemberFacts, MemberRole } from '../member-facts.ts';
import { parsePosition } from '../position.ts';
import { integer, portNumber } from './integer.ts';

type Text = Readonly<Record<string, string>>;

const roles: readonly MemberRole[] = ['none', 'primary', 'standby', 'stopped', 'down', 'starting'];

/**
 * All keys this room writes into the unit bag, empty text where there is nothing to say (Juju deletes such a
 * key).
 */
export function encodeMember(facts: MemberFacts): Record<string, string> {
  const { history, settings } = facts;
  return {
    host: facts.host,
    port: String(facts.port),
    version: facts.version ?? '',
    'system-identifier': facts.systemIdentifier ?? '',
    role: facts.role,
    timeline: facts.timeline === null ? '' : String(facts.timeline),
    position: facts.position ?? '',
    history:
      history.length === 0 ? '' : JSON.stringify(history.map((line) => [line.timeline, line.switchPosition])),
    'streaming-from': facts.streamingFrom ?? '',
    'sending-to': encodeUnits(facts.sendingTo ?? null),
    problem: facts.problem ?? '',
    looked: facts.looked ?? '',
    epoch: String(facts.epoch),
    refused: facts.refused ?? '',
    unfenced: facts.unfenced ?? '',
    leaving: facts.leaving ? 'true' : '',
    job: facts.job ?? '',
    'job-from': facts.jobFrom ?? '',
    lineage: facts.lineage ?? '',
    'primary-position': facts.primaryPosition ?? '',
    manual: facts.manual ? `${facts.manual.ended ? 'ended' : 'on'} ${facts.manual.epoch}` : '',
    settings: settings === undefined || Object.keys(settings).length === 0 ? '' : JSON.stringify(settings),
  };
}

export interface ReadMember {
  /** Null when the bag says nothing (a unit that has not run its first pass), or cannot be understood. */
  readonly facts: MemberFacts | null;
  /** Reason the bag cannot be understood, for the log. */
  readonly problem: string | null;
}

/** Reads a unit bag. Never throws: text it does not understand is a problem, not an exception. */
export function decodeMember(unit: string, bag: Text): ReadMember {
  const text = (key: string): string | null => entryOf(bag, key) || null;
  if (text('role') === null) return { facts: null, problem: null };
  const role = roles.find((word) => word === bag['role']);
  const port = portNumber(text('port'));
  const epoch = integer(text('epoch'));
  const timeline = text('timeline') === null ? null : integer(text('timeline'));
  const history = readHistory(text('history'));
  const settings = readSettings(text('settings'));
  const wrong = (key: string): ReadMember => ({
    facts: null,
    problem: `peer bag of ${unit}: cannot read ${key}=${JSON.stringify((entryOf(bag, key) ?? '').slice(0, 60))}`,
  });
  if (role === undefined) return wrong('role');
  if (port === null) return wrong('port');
  if (epoch === null) return wrong('epoch');
  if (timeline === null && text('timeline') !== null) return wrong('timeline');
  if (history === null) return wrong('history');
  for (const key of ['position', 'primary-position']) {
    if (text(key) !== null && parsePosition(text(key)) === null) return wrong(key);
  }
  return {
    facts: {
      unit,
      host: text('host') ?? '',
      port,
      version: text('version'),
      systemIdentifier: text('system-identifier'),
      role,
      timeline,
      position: text('position'),
      history,
      streamingFrom: text('streaming-from'),
      sendingTo: decodeUnits(text('sending-to')),
      problem: text('problem'),
      looked: text('looked'),
      epoch,
      refused: text('refused'),
      unfenced: text('unfenced'),
      leaving: bag['leaving'] === 'true',
      job: text('job'),
      jobFrom: text('job-from'),
      lineage: text('lineage'),
      primaryPosition: text('primary-position'),
      manual: readManual(text('manual')),
      settings,
    },
    problem: null,
  };
}

/** Address of the unit with this bag, as far as that can be told whatever else is in it. */
export function decodeAddress(bag: Text): Pick<MemberFacts, 'host' | 'port'> {
  return { host: bag['host'] || bag['ingress-address'] || '', port: portNumber(bag['port'] ?? null) ?? 5432 };
}

/** A list that is empty differs from none: an empty text would delete the key. */
const nobody = 'nobody';

function encodeUnits(units: readonly string[] | null): string {
  if (units === null) return '';
  return units.length === 0 ? nobody : units.join(' ');
}

function decodeUnits(text: string | null): string[] | null {
  return text === nobody ? [] : (text?.split(' ') ?? null);
}

function readHistory(text: string | null): TimelineSwitch[] | null {
  if (text === null) return [];
  const lines = parsedJson(text);
  if (!Array.isArray(lines)) return null;
  const history: TimelineSwitch[] = [];
  for (const line of lines as unknown[]) {
    const [timeline, switchPosition] = Array.isArray(line) ? (line as unknown[]) : [];
    if (typeof timeline !== 'number' || typeof switchPosition !== 'string') return null;
    if (parsePosition(switchPosition) === null) return null;
    history.push({ timeline, switchPosition });
  }
  return history;
}

function readSettings(text: string | null): Record<string, number> {
  const entries = Object.entries(jsonObject(text) ?? {});
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : [])),
  );
}

function readManual(text: string | null): ManualNote | null {
  const [, word, epoch] = /^(on|ended) (\d{1,15})$/.exec(text ?? '') ?? [];
  return epoch === undefined ? null : { epoch: Number(epoch), ended: word === 'ended' };
}
