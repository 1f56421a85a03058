import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { deployServer, openStory, server, waitInstalled } from './support/deployment.ts';
import { machinePicture } from './support/machine-picture.ts';
import { serverSql } from './support/server-sql.ts';

// Options that an operator may get wrong: the unit says what is wrong and how to go on, what it serves stays
// as it was, and it is well again as soon as the option is.

let model: Model;

beforeAll(async () => {
  model = await openStory('config');
});
afterAll(() => model?.destroy());

/** The unit's status once everybody is idle and no job runs; no hook has failed until then. */
async function settledStatus(): Promise<string> {
  await waitInstalled(model);
  const failed = (await model.history(server)).filter(
    ({ exitCode, error }) => exitCode !== 0 || error !== null,
  );
  expect(failed).toEqual([]);
  const status = (await model.unit(server))?.['workload-status'];
  return `${status?.current}: ${status?.message}`;
}

async function configurationFiles(): Promise<Record<string, string>> {
  const { contents } = await machinePicture(model, server);
  return Object.fromEntries(Object.entries(contents).filter(([path]) => path.startsWith('etc/postgresql/')));
}

const startedAt = (): Promise<string[]> => serverSql(model, server, 'SELECT pg_postmaster_start_time()');

describe('a deployment with options that cannot be taken', () => {
  test('a version that does not exist: nothing is made before it is corrected', async () => {
    await deployServer(model, { config: { version: '99', locale: 'xx_NOPE' } });
    expect(await settledStatus()).toMatch(/^blocked: .*version.*99.*juju config postgresql/);
    expect((await machinePicture(model, server)).entries.filter((entry) => entry.includes('/main'))).toEqual(
      [],
    );
  });

  test('a locale that does not exist', async () => {
    await model.resetConfig('postgresql', ['version']);
    expect(await settledStatus()).toMatch(/^blocked: .*locale.*xx_NOPE.*juju config postgresql/);
  });

  test('with both corrected it comes up', async () => {
    await model.resetConfig('postgresql', ['locale']);
    expect(await settledStatus()).toMatch(/^active: Live master/);
  });
});

describe('options set later', () => {
  test.each<[Record<string, string | boolean>, RegExp]>([
    [{ extra_pg_conf: 'work_mem = 8MB\nnonsense' }, /extra_pg_conf line 2: not of the form/],
    [{ extra_pg_conf: 'port = 5433' }, /extra_pg_conf line 1: port cannot be set/],
    [{ extra_pg_conf: '\nmax_conections = 10' }, /extra_pg_conf line 2: .*max_conections/],
    [{ extra_pg_conf: "work_mem = 'much'" }, /extra_pg_conf line 1: .*work_mem/],
    [{ extra_pg_conf: "include = '/etc/passwd'" }, /extra_pg_conf line 1: include cannot be set/],
    [
      { extra_pg_auth: 'hots all all 10.0.0.0/8 md5' },
      /extra_pg_auth line 1: "hots" is not a connection type/,
    ],
    [{ extra_pg_auth: '# a\nhost all all 10.0.0.0/8 trsut' }, /extra_pg_auth line 2: "trsut"/],
    [{ extra_pg_auth: 'host all all 10.0.0.1 md5' }, /extra_pg_auth line 1: .*needs a mask/],
    [{ extra_pg_auth: 'host "all all 10.0.0.0/8 md5' }, /extra_pg_auth line 1: a quote is not closed/],
    [{ extra_pg_auth: 'host all all 10.0.0.0/8 ldap' }, /extra_pg_auth line 1: .*ldap/],
    [{ version: '99' }, /version.*99/],
    [{ version: 'fifteen' }, /version: "fifteen" is not a major version/],
    [{ locale: 'xx_NOPE' }, /option locale cannot be changed any more.*juju config postgresql locale=C/],
    [{ pgdg: true }, /option pgdg is not built yet.*--reset pgdg/],
    [{ extra_packages: 'no-such-package-at-all' }, /no-such-package-at-all/],
  ])('%j', async (config, reason) => {
    const files = await configurationFiles();
    const started = await startedAt();
    await model.setConfig('postgresql', config);
    const status = await settledStatus();
    expect(status).toMatch(/^blocked: /);
    expect(status).toMatch(reason);
    expect(await configurationFiles()).toEqual(files);
    await model.resetConfig('postgresql', Object.keys(config));
    expect(await settledStatus()).toMatch(/^active: Live master/);
    expect(await configurationFiles()).toEqual(files);
    expect(await startedAt()).toEqual(started);
  });

  test.each<[Record<string, string>, RegExp, string[]]>([
    [
      { admin_addresses: '10.1.0.0/16, my-office, 300.1.1.1' },
      /"my-office" is not an IP address/,
      ['10.1.0.0'],
    ],
    [{ relation_database_privileges: 'ALL, EVERYTHING' }, /"EVERYTHING" is not one of/, []],
    [{ extra_packages: '$(touch /tmp/owned)' }, /is not a package name/, []],
  ])('%j: what is good in it is taken', async (config, reason, networks) => {
    await model.setConfig('postgresql', config);
    const status = await settledStatus();
    expect(status).toMatch(/^blocked: /);
    expect(status).toMatch(reason);
    const rules = await serverSql(
      model,
      server,
      "SELECT address FROM pg_hba_file_rules WHERE auth_method = 'scram-sha-256'",
    );
    expect(rules).toEqual(networks);
    await model.resetConfig('postgresql', Object.keys(config));
    expect(await settledStatus()).toMatch(/^active: Live master/);
    expect((await (await model.machineOf(server)).exec('test -e /tmp/owned')).exitCode).toBe(1);
  });

  test('memory that the machine does not have keeps the server down until the option is corrected', async () => {
    await model.setConfig('postgresql', { extra_pg_conf: 'shared_buffers = 4000GB' });
    expect(await settledStatus()).toMatch(
      /^blocked: PostgreSQL does not start: .*lower shared_buffers in extra_pg_conf/,
    );
    await model.resetConfig('postgresql', ['extra_pg_conf']);
    expect(await settledStatus()).toMatch(/^active: Live master/);
  });
});
