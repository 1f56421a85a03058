import { beforeAll, expect, test } from 'vitest';
import { type Answer, fails, prints, probe, probeInHook } from './probe.ts';
import { deployServersAndClient, inEachMode, type Stage, stages } from './stage.ts';

// Hook commands about relations: how they are named, what they print and refuse.

const on = stages('relations', deployServersAndClient);

inEachMode((juju) => {
  let db = 0;
  let peer = 0;
  let stage: Stage;
  beforeAll(async () => {
    stage = on(juju);
    for (const { id, endpoints } of await stage.model.relations()) {
      if (endpoints.length === 1) peer = id;
      else db = id;
    }
  });
  const ask = (...lines: string[]): Promise<Answer[]> => probe(stage, 'server/0', lines);

  test('json escapes what Go escapes and sorts keys; -o writes a file', async () => {
    expect(
      await ask(
        `relation-set -r db:${db} b='<a>&b' a='ü"'`,
        `relation-get -r db:${db} --format json b server/0`,
        `relation-get -r db:${db} --format json a server/0`,
        `relation-get -r db:${db} --format json - server/0 | grep -o '"[a-z-]*":' | tr -d '\\n'`,
        `relation-ids db --format json -o /tmp/ids; cat /tmp/ids`,
        'config-get port --format xml; true',
      ),
    ).toEqual([
      prints(''),
      prints('"\\u003ca\\u003e\\u0026b"'),
      prints('"ü\\""'),
      // Keys the controller puts into a bag; private-address is no longer kept in 4.0.
      {
        ...prints(''),
        stdout: `"a":"b":"egress-subnets":"ingress-address":${juju === '4.0' ? '' : '"private-address":'}`,
      },
      prints(`["db:${db}"]`),
      { exitCode: 0, stdout: '', stderr: expect.stringMatching(/^ERROR .*xml/) },
    ]);
    const [answer] = await ask('config-get port --format xml');
    expect(answer?.exitCode).toBe(2);
  });

  test('relations are named as 5, db:5 or :5, and others are refused while flags are read', async () => {
    const [plain, full, colon, any, bad, unknown, none] = await ask(
      `relation-list --format json -r ${db}`,
      `relation-list --format json -r db:${db}`,
      `relation-list --format json -r :${db}`,
      `relation-list --format json -r wrong:${db}`,
      'relation-list -r db:x',
      'relation-list -r db:999',
      'relation-list',
    );
    for (const answer of [plain, full, colon, any]) expect(answer).toEqual(prints('["client/0"]'));
    // The wording around the texts is not verified.
    expect(bad).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('invalid relation id'),
    });
    expect(unknown).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('relation not found'),
    });
    expect(none).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('no relation id specified'),
    });
  });

  test('relation-ids and relation-list in and outside of a relation hook', async () => {
    expect(await ask(`relation-list --app -r db:${db}`, 'relation-ids')).toEqual([
      prints('client'),
      { exitCode: 2, stdout: '', stderr: expect.stringMatching(/^ERROR no endpoint name specified/) },
    ]);
    const inRelation = {
      hook: 'db-relation-changed',
      relationId: db,
      remoteUnit: 'client/0',
      remoteApp: 'client',
    };
    expect(
      await probeInHook(
        stage,
        'server/0',
        ['relation-ids', 'relation-list', 'relation-list --app'],
        inRelation,
      ),
    ).toEqual([prints(`db:${db}`), prints('client/0'), prints('client')]);
    // Identifiers are sorted as strings, peers are the other units.
    expect(await ask(`relation-list --format json -r peer:${peer}`)).toEqual([prints('["server/1"]')]);
  });

  test('relation-get: missing keys, applications without --app, defaults', async () => {
    const [missing, missingSmart, app, appFlag, none] = await ask(
      `relation-get -r db:${db} --format json nothing client/0`,
      `relation-get -r db:${db} nothing client/0`,
      `relation-get -r db:${db} - client`,
      `relation-get -r db:${db} --app --format json - client/0`,
      `relation-get -r db:${db} -`,
    );
    expect(missing).toEqual(prints('null'));
    expect(missingSmart).toEqual(prints(''));
    expect(app).toEqual(fails(2, 'expected unit name, got application name "client"'));
    expect(appFlag).toEqual(prints('{}'));
    expect(none).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no unit or application specified'),
    });
  });

  test('relation-set: merge, delete, files, duplicates', async () => {
    const own = `relation-get -r db:${db} --format json`;
    const answers = await ask(
      `relation-set -r db:${db} one=1 two=2`,
      `relation-set -r db:${db} two= three='a=b'`,
      `${own} two server/0`,
      `${own} three server/0`,
      `${own} one server/0`,
      `printf 'four: "4"\\none: from-file\\n' >/tmp/set.yaml; relation-set -r db:${db} --file /tmp/set.yaml one=argument`,
      `${own} four server/0`,
      `${own} one server/0`,
      `echo '{"five": "5"}' | relation-set -r db:${db} --file -`,
      `${own} five server/0`,
    );
    expect(answers.map((answer) => answer.stdout)).toEqual([
      '',
      '',
      'null\n',
      '"a=b"\n',
      '"1"\n',
      '',
      '"4"\n',
      '"argument"\n',
      '',
      '"5"\n',
    ]);
    const [twice, shapeless] = await ask(
      `relation-set -r db:${db} x=1 x=2`,
      `relation-set -r db:${db} shapeless`,
    );
    // Texts not verified.
    expect(twice).toMatchObject({ exitCode: 2, stdout: '' });
    expect(shapeless).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('goal-state lists units and relations', async () => {
    const [goal] = await ask('goal-state --format json');
    const shape = JSON.parse(goal?.stdout ?? '');
    expect(Object.keys(shape.units).sort()).toEqual(['server/0', 'server/1']);
    expect(Object.keys(shape.units['server/0']).sort()).toEqual(['since', 'status']);
    expect(Object.keys(shape.relations.db).sort()).toEqual(['client', 'client/0']);
  });
});
