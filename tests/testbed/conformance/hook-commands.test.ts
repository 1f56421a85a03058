import { beforeAll, expect, test } from 'vitest';
import { type Answer, fails, prints, probe, probeInHook } from './probe.ts';
import { deployServersAndClient, inEachMode, type Stage, stages } from './stage.ts';

// Hook commands: output forms, exit codes, texts.

const on = stages('commands', deployServersAndClient);

inEachMode((juju) => {
  let db = 0;
  let stage: Stage;
  beforeAll(async () => {
    stage = on(juju);
    for (const { id, endpoints } of await stage.model.relations()) {
      if (endpoints.length === 2) db = id;
    }
  });
  const ask = (...lines: string[]): Promise<Answer[]> => probe(stage, 'server/0', lines);

  test('forms: smart, yaml, json', async () => {
    expect(
      await ask(
        'config-get note',
        'config-get note --format yaml',
        'config-get note --format json',
        'config-get port',
        'config-get port --format json',
        'config-get verbose',
        'config-get verbose --format json',
        'config-get ratio --format json',
        'config-get script',
        'config-get script --format json',
        'is-leader',
        'is-leader --format json',
        'storage-list logs',
        'storage-list logs --format json',
        'relation-ids db',
        'relation-ids nothing',
        'relation-ids nothing --format json',
      ),
    ).toEqual([
      prints(''),
      prints(''),
      prints('null'),
      prints('6000'),
      prints('6000'),
      prints('False'),
      prints('false'),
      prints('0.5'),
      prints(''),
      prints('""'),
      prints('True'),
      prints('true'),
      prints(''),
      prints('[]'),
      prints(`db:${db}`),
      prints(''),
      prints('[]'),
    ]);
  });

  test('config-get: all keys, unknown keys, --all with a key', async () => {
    const [some, all, unknown, both] = await ask(
      'config-get --format json',
      'config-get --all --format json',
      'config-get nothing --format json',
      'config-get --all port',
    );
    const set = { port: 6000, ratio: 0.5, verbose: false, script: '' };
    expect(JSON.parse(some?.stdout ?? '')).toEqual(set);
    expect(JSON.parse(all?.stdout ?? '')).toEqual({ ...set, note: null });
    expect(unknown).toEqual(prints('null'));
    expect(both).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('status-set and status-get', async () => {
    const answers = await ask(
      'status-set active "all is well"',
      'status-get',
      'status-get --format json',
      'status-get --format json --include-data',
      'status-set broken x',
    );
    expect(answers.slice(0, 3)).toEqual([prints(''), prints('active'), prints('{"status":"active"}')]);
    expect(JSON.parse(answers[3]?.stdout ?? '')).toEqual({
      message: 'all is well',
      status: 'active',
      'status-data': {},
    });
    expect(answers[4]).toEqual(
      fails(2, 'invalid status "broken", expected one of [maintenance blocked waiting active]'),
    );
    expect(await probe(stage, 'server/1', ['status-set --application active x'])).toEqual([
      fails(1, 'this unit is not the leader'),
    ]);
    const [whole] = await ask(
      'status-set --application blocked "by the leader" && status-get --application --format json',
    );
    expect(JSON.parse(whole?.stdout ?? '')['application-status']).toMatchObject({ status: 'blocked' });
    const status = await stage.model.status();
    expect(status.applications['server']?.['application-status']).toMatchObject({
      current: 'blocked',
      message: 'by the leader',
    });
    await ask('status-set --application active');
  });

  test('leader settings exist up to 3.x', async () => {
    const answers = await ask('leader-set a=1 b=2', 'leader-get --format json', 'leader-get a');
    if (juju === '4.0') {
      for (const answer of answers) expect(answer).toMatchObject({ exitCode: 127 });
      return;
    }
    expect(answers).toEqual([prints(''), prints('{"a":"1","b":"2"}'), prints('1')]);
    expect(await probe(stage, 'server/1', ['leader-set a=3', 'leader-get a'])).toEqual([
      fails(1, 'cannot write leadership settings: cannot write settings: not the leader'),
      prints('1'),
    ]);
  });

  test('network-get: by endpoint, by extra binding, with flags', async () => {
    const { address } = await stage.model.machineOf('server/0');
    const [whole, bind, ingress, both, side, unknown] = await ask(
      `network-get db --format json -r db:${db}`,
      'network-get db --bind-address',
      'network-get peer --ingress-address --format json',
      'network-get db --ingress-address --egress-subnets --format json',
      'network-get side --bind-address',
      'network-get nothing',
    );
    const shape = JSON.parse(whole?.stdout ?? '');
    expect(shape['ingress-addresses']).toEqual([address]);
    expect(shape['egress-subnets']).toEqual([`${address}/32`]);
    expect(Object.keys(shape['bind-addresses'][0]).sort()).toEqual([
      'addresses',
      'interface-name',
      'mac-address',
    ]);
    expect(shape['bind-addresses'][0].addresses[0]).toMatchObject({ hostname: '', value: address });
    expect(bind).toEqual(prints(address));
    expect(ingress).toEqual(prints(`"${address}"`));
    expect(JSON.parse(both?.stdout ?? '')).toEqual({
      'ingress-address': address,
      'egress-subnets': [`${address}/32`],
    });
    expect(side).toEqual(prints(address));
    // The controller may reject an unknown endpoint with another text. Not verified.
    expect(unknown).toEqual(fails(1, 'no network config found for binding "nothing"'));
  });

  test('unit-get, juju-log, application-version-set, opened-ports', async () => {
    const { address } = await stage.model.machineOf('server/0');
    expect(await ask('unit-get private-address', 'unit-get public-address', 'unit-get colour')).toEqual([
      prints(address),
      prints(address),
      fails(2, 'unknown setting "colour"'),
    ]);
    await ask(
      'juju-log -l WARNING -- -a b',
      'juju-log --log-level NONSENSE said',
      'application-version-set 15.9',
    );
    const lines = await stage.model.logs('server/0');
    expect(lines).toContainEqual(expect.objectContaining({ level: 'WARNING', message: '-a b' }));
    expect(lines).toContainEqual(expect.objectContaining({ level: 'INFO', message: 'said' }));
    expect((await stage.model.status()).applications['server']?.version).toBe('15.9');
    expect(await ask('open-port 5432; opened-ports --format json', 'open-port 99999')).toEqual([
      prints('[]'),
      expect.objectContaining({ exitCode: 2 }),
    ]);
    expect(
      await ask('opened-ports --format json', 'opened-ports --endpoints', 'close-port 5432/tcp'),
    ).toEqual([prints('["5432/tcp"]'), prints('5432/tcp (*)'), prints('')]);
    expect(await ask('opened-ports --format json')).toEqual([prints('[]')]);
  });

  test('state-get, state-set, state-delete', async () => {
    const empty = await ask('state-get --format json');
    expect(empty).toEqual([prints(juju === '4.0' ? 'null' : '{}')]);
    expect(
      await ask(
        'state-set a=1 b=two',
        'state-get b',
        'state-get --format json',
        'state-delete a',
        'state-get --format json a',
      ),
    ).toEqual([prints(''), prints('two'), prints('{"a":"1","b":"two"}'), prints(''), prints('""')]);
    const [strict] = await ask('state-get nothing --strict');
    expect(strict).toMatchObject({ exitCode: 1, stdout: '' });
    expect(await ask('state-get --format json')).toEqual([prints('{"b":"two"}')]);
    const long = await ask(`state-set k="$(head -c 70000 /dev/zero | tr '\\0' x)"`, 'state-delete b');
    expect(long[0]?.exitCode).toBe(1);
  });

  test('actions and storage commands outside of actions and storage hooks', async () => {
    const [action] = await probeInHook(stage, 'server/0', ['action-get']);
    const [storage, attribute, resource] = await ask(
      'storage-get',
      'storage-get -s pgdata/0 colour',
      'resource-get tool',
    );
    expect(action).toEqual(fails(1, 'not running an action'));
    expect(storage).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no storage instance specified'),
    });
    expect(attribute).toEqual(fails(1, 'invalid storage attribute "colour"'));
    expect(resource).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('could not download resource'),
    });
    expect(
      await ask('storage-get -s pgdata/0 location', 'storage-get -s pgdata/0 --format json', 'storage-list'),
    ).toEqual([
      prints('/srv/pgdata'),
      prints('{"kind":"filesystem","location":"/srv/pgdata"}'),
      prints('pgdata/0'),
    ]);
  });

  test('a foreign context and a context that is over are refused', async () => {
    const machine = await stage.model.machineOf('server/0');
    const { stdout } = await stage.model.exec('server/0', 'env');
    const vars = stdout.split('\n').filter((line) => /^(JUJU_|PATH)/.test(line) && !/[ ']/.test(line));
    const late = await machine.exec(`${vars.join(' ')} is-leader`);
    expect(late.exitCode).not.toBe(0);
    expect(late.stderr).toContain('bad request: ');
  });

  test('tools that a version does not have', async () => {
    const [secrets, model] = await ask(
      'secret-ids --format json',
      `relation-model-get -r db:${db} --format json`,
    );
    if (juju === '2.9') {
      expect([secrets?.exitCode, model?.exitCode]).toEqual([127, 127]);
    } else {
      expect(secrets).toEqual(prints('null'));
      const { uuid } = await stage.model.client.call('model.info', {});
      expect(model).toEqual(prints(`{"uuid":"${uuid}"}`));
    }
  });
});
