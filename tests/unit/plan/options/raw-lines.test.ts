import { describe, expect, test } from 'vitest';
import { encodeDecision } from '../../../../src/cluster/bags/decision.ts';
import type { Observation } from '../../../../src/plan/observation.ts';
import type { OptionValues } from '../../../../src/plan/options/options.ts';
import { rawLines } from '../../../../src/plan/options/raw-lines.ts';
import { makePlan, stepsOf } from '../../../../src/plan/plan.ts';
import type { RawOption, Verdict } from '../../../../src/server/raw-options.ts';
import { readyCatalog } from '../../../effects/catalog.ts';
import { settle } from '../../../effects/settle.ts';
import {
  clientRelation,
  known,
  means,
  moment,
  named,
  observed,
  options,
  peerFacts,
  place,
  runningServer,
} from '../examples/observations.ts';

// Lines that PostgreSQL does not take, or could not be asked about, hold up nothing but themselves.

const committed = { credentials: 'secret:abc', decision: encodeDecision(named('postgresql/0')) };
const settingsPath = `${place.configDirectory}/conf.d/50-charm.conf`;
const hbaPath = `${place.configDirectory}/pg_hba.conf`;

const verdict = (more: Partial<Verdict>): Verdict => ({
  text: '',
  major: 15,
  outcome: 'taken',
  problems: [],
  at: null,
  good: null,
  ...more,
});
const refused = (text: string, good: string | null, problems: string[]): Verdict =>
  verdict({ text, good, outcome: 'refused', problems });
const unknown = (text: string, good: string | null): Verdict =>
  verdict({ text, good, outcome: 'unknown', at: moment, problems: ['initdb did not finish'] });

const kinds = (seen: Observation): string[] => stepsOf(makePlan(seen, means, [])).map(({ kind }) => kind);

/** A standalone server at rest, then with other options and verdicts. */
function later(
  changed: OptionValues,
  verdicts: Partial<Record<RawOption, Verdict>>,
  more: Partial<Observation['juju']> = {},
): Observation {
  const good = { extra_pg_conf: 'work_mem = 7MB', extra_pg_auth: 'host all dba 10.9.0.0/16 md5' };
  const { observation } = settle(
    observed({
      juju: { peer: peerFacts(committed), options: { ...options, ...good } },
      server: runningServer({}),
      rest: { credentials: known, catalog: readyCatalog('0123456789abcdef') },
    }),
    means,
  );
  return {
    ...observation,
    juju: { ...observation.juju, ...more, options: { ...observation.juju.options, ...changed } },
    verdicts: { ...observation.verdicts, ...verdicts },
  };
}

const filesOf = (seen: Observation): Record<string, string | null> =>
  settle(seen, means).observation.server.files;

describe('lines that were there at deploy', () => {
  const fresh = (verdicts: Observation['verdicts']): Observation =>
    observed({
      juju: { peer: peerFacts(committed) },
      server: { installedMajor: 15 },
      rest: { credentials: known, verdicts },
    });

  test('are judged before the cluster is made', () => {
    const none = { extra_pg_conf: null, extra_pg_auth: null };
    expect(kinds(fresh(none))).toEqual(['option.check', 'option.check']);
    expect(settle(fresh(none), means).taken.indexOf('cluster.create')).toBe(2);
  });

  test('are left out when they are refused or not known: the server comes up without them', () => {
    const text = options.extra_pg_conf;
    for (const outcome of [refused(text, null, ['extra_pg_conf line 1: x']), unknown(text, null)]) {
      const seen = fresh({ extra_pg_conf: outcome, extra_pg_auth: verdict({}) });
      expect(kinds(seen)).toEqual(['cluster.create']);
      const { observation, plan } = settle(seen, means);
      expect(observation.server.files[settingsPath]).not.toContain('log_connections');
      expect(plan.status.state).toBe('blocked');
    }
  });

  test('keep no unit from publishing that has no cluster to make yet', () => {
    const waiting = observed({
      server: { installedMajor: 15 },
      juju: { leader: false, peer: peerFacts({}) },
    });
    expect(kinds(waiting)).toContain('bag.set');
  });
});

describe('lines that are changed', () => {
  const bad = { extra_pg_conf: 'port = 1\nfoo', extra_pg_auth: 'hots all' };
  const verdicts = {
    extra_pg_conf: refused(bad.extra_pg_conf, 'work_mem = 7MB', [
      'extra_pg_conf line 1: a',
      'extra_pg_conf line 2: b',
    ]),
    extra_pg_auth: refused(bad.extra_pg_auth, 'host all dba 10.9.0.0/16 md5', ['extra_pg_auth line 1: c']),
  };

  test('are judged, and until then those before stay', () => {
    const seen = later(bad, {});
    expect(kinds(seen)).toEqual(['option.check', 'option.check']);
    expect(rawLines(seen.juju.options, seen.verdicts)).toMatchObject({
      extraConf: 'work_mem = 7MB',
      extraAuthLines: ['host all dba 10.9.0.0/16 md5'],
    });
  });

  test('and refused hold up nothing else: settings of the charm and rules for clients go on', () => {
    const seen = later({ ...bad, idle_reap_secs: 77 }, verdicts, { clients: [clientRelation()] });
    const files = filesOf(seen);
    expect(files[settingsPath]).toMatch(/idle_in_transaction_session_timeout = '77s'[^]*work_mem = 7MB/);
    expect(files[settingsPath]).not.toContain('port = 1');
    expect(files[hbaPath]).toMatch(/10\.0\.0\.9\/32[^]*host all dba 10\.9\.0\.0\/16 md5/);
  });

  test('and refused are all named', () => {
    const { message } = makePlan(later(bad, verdicts), means, []).status;
    for (const fault of ['conf line 1: a', 'conf line 2: b', 'auth line 1: c'])
      expect(message).toContain(fault);
  });

  test('and good again are taken', () => {
    const text = 'work_mem = 8MB';
    const seen = later({ extra_pg_conf: text }, { extra_pg_conf: verdict({ text, good: text }) });
    expect(filesOf(seen)[settingsPath]).toContain(text);
  });
});

describe('lines that PostgreSQL could not be asked about', () => {
  const text = 'work_mem = 8MB';
  const at = (seconds: number, boot = moment.boot): Observation => ({
    ...later({ extra_pg_conf: text }, { extra_pg_conf: unknown(text, 'work_mem = 7MB') }),
    now: { boot, seconds: moment.seconds + seconds },
  });

  test('are asked about again after a minute, not in every hook', () => {
    expect(kinds(at(10))).toEqual(['job.start']);
    expect(kinds(at(70))).toEqual(['option.check']);
    expect(kinds(at(10, 'another one'))).toContain('option.check');
  });

  test('change nothing, and the status says why', () => {
    expect(filesOf(at(10))[settingsPath]).toContain('work_mem = 7MB');
    expect(makePlan(at(10), means, []).status).toEqual({
      state: 'blocked',
      message: expect.stringMatching(
        /^Live master .*extra_pg_conf could not be checked: initdb did not finish/,
      ),
    });
  });
});
