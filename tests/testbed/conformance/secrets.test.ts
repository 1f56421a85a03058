import { beforeAll, expect, test } from 'vitest';
import { type Answer, fails, prints, probe, probeInHook } from './probe.ts';
import { charm, events, inEachMode, leaveScript, modes, type Stage, stages } from './stage.ts';

// Secrets: who may read them, what a reader sees of new revisions, what is lost with a failing hook. Not in
// 2.9.

const on = stages('secrets', async (stage) => {
  const { model } = stage;
  if (stage.juju === '2.9') return;
  await model.deploy(await charm(stage, 'server'));
  await model.deploy(await charm(stage, 'client'), { to: ['0'] });
  await model.client.call('addUnit', { application: 'server', to: ['0'] });
  await model.integrate('server:db', 'client');
  await model.waitSettled();
});

inEachMode(
  (juju) => {
    let stage: Stage;
    let db = '';
    let uri = '';
    beforeAll(async () => {
      stage = on(juju);
      const { id } = (await stage.model.relations()).find((relation) => relation.endpoints.length === 2) ?? {
        id: 0,
      };
      db = `db:${id}`;
    });
    const leader = (...lines: string[]): Promise<Answer[]> => probe(stage, 'server/0', lines);
    const other = (...lines: string[]): Promise<Answer[]> => probe(stage, 'server/1', lines);
    const client = (...lines: string[]): Promise<Answer[]> => probe(stage, 'client/0', lines);

    test('the leader makes one for the application; content can be read at once', async () => {
      const [added, content] = await leader(
        'secret-add --label login --description "for clients" password=hunter22 user-name=bob >/tmp/uri; cat /tmp/uri',
        'secret-get $(cat /tmp/uri) --format json',
      );
      uri = added?.stdout.trim() ?? '';
      expect(uri).toMatch(/^secret:(\/\/[0-9a-f-]+\/)?[0-9a-z]{20}$/);
      expect(JSON.parse(content?.stdout ?? '')).toEqual({ password: 'hunter22', 'user-name': 'bob' });
      expect(await other('secret-add k1x=v')).toEqual([fails(1, 'this unit is not the leader')]);
      const [own] = await other('secret-add --owner unit key=v | wc -l');
      expect(own).toEqual(prints('1'));
    });

    test('every unit of the owner reads it; others need a grant that is bound to the relation', async () => {
      expect(await other(`secret-get ${uri} password`)).toEqual([prints('hunter22')]);
      expect(await client(`secret-get ${uri}`)).toEqual([fails(1, 'permission denied')]);
      expect(await client('secret-get secret:9m4e2mr0ui3e8a215n4g')).toEqual([
        fails(1, 'secret "9m4e2mr0ui3e8a215n4g" not found'),
      ]);
      expect(await leader(`secret-grant ${uri} -r ${db}`)).toEqual([prints('')]);
      expect(await client(`secret-get ${uri} user-name`, `secret-get ${uri} --label mine password`)).toEqual([
        prints('bob'),
        prints('hunter22'),
      ]);
      expect(await client('secret-get --label mine password#base64')).toEqual([prints('aHVudGVyMjI=')]);
    });

    test('what the owner is told', async () => {
      const id = uri.replace(/^secret:(\/\/.*\/)?/, '');
      const [info, ids, denied] = [
        ...(await leader(`secret-info-get ${uri} --format json`, 'secret-ids --format json')),
        ...(await client(`secret-info-get ${uri}`)),
      ];
      expect(JSON.parse(info?.stdout ?? '')[id]).toMatchObject({
        revision: 1,
        label: 'login',
        owner: 'application',
      });
      expect(JSON.parse(ids?.stdout ?? '')).toContain(id);
      expect(denied?.exitCode).toBe(1);
    });

    test('a new revision: readers stay at the one they read until they refresh, and are told', async () => {
      const before = (await events(stage, 'client/0')).length;
      await leader(`secret-set ${uri} password=changed1 user-name=bob`);
      await stage.model.waitSettled();
      expect((await events(stage, 'client/0')).slice(before)).toEqual([
        'secret-changed label=mine revision=none',
      ]);
      expect(
        await client(
          `secret-get ${uri} password`,
          `secret-get ${uri} --peek password`,
          `secret-get ${uri} password`,
          `secret-get ${uri} --refresh password`,
          `secret-get ${uri} password`,
        ),
      ).toEqual(['hunter22', 'changed1', 'hunter22', 'changed1', 'changed1'].map(prints));
      // Once no reader needs a revision, its owner may remove it.
      await stage.model.waitSettled();
    });

    test('written in a hook that fails: gone; only the address was reserved', async () => {
      const known = (await stage.model.secrets()).length;
      await stage.model.setModelConfig({ 'automatically-retry-hooks': false });
      await leaveScript(
        stage,
        'server/0',
        'update-status',
        'secret-add --label lost lost=value >/tmp/lost; exit 1',
      );
      await stage.model.faults.repeat({ unit: 'server/0', hook: 'update-status' });
      await stage.model.waitFor(
        async () => (await stage.model.unit('server/0'))?.['workload-status'].current === 'error',
      );
      await leaveScript(stage, 'server/0', 'update-status', '');
      await stage.model.resolved('server/0');
      await stage.model.waitSettled();
      await stage.model.setModelConfig({ 'automatically-retry-hooks': true });
      expect(await stage.model.secrets()).toHaveLength(known);
      const [read] = await leader('secret-get $(cat /tmp/lost)');
      expect(read?.exitCode).toBe(1);
    });

    test('an update in a hook is seen by that hook only with --peek or --refresh', async () => {
      const answers = await probeInHook(stage, 'server/0', [
        `secret-get ${uri} password`,
        `secret-set ${uri} password=changed2 user-name=bob`,
        `secret-get ${uri} password`,
        `secret-get ${uri} --peek password`,
      ]);
      const [first, , same, peeked] = answers.map((answer) => answer.stdout.trim());
      expect(same).toBe(first);
      expect(peeked).toBe('changed2');
      await stage.model.waitSettled();
    });

    test('keys and values are checked', async () => {
      const [short, under, upper, big] = await leader(
        'secret-add ab=x',
        'secret-add a_b=x',
        'secret-add Abc=x',
        'head -c 1100000 /dev/zero | tr "\\0" x >/tmp/big; secret-add abc#file=/tmp/big',
      );
      // Texts not verified.
      for (const answer of [short, under, upper, big]) {
        expect(answer?.exitCode).not.toBe(0);
        expect(answer?.stderr).toMatch(/^ERROR /);
      }
      const [encoded] = await leader('secret-get $(secret-add --label enc abc#base64=aGVsbG8=) abc');
      expect(encoded).toEqual(prints('hello'));
    });

    test('expiry and rotation come to the owner by the clock', async () => {
      const before = (await events(stage, 'server/0')).length;
      await leader('secret-add --label turning --rotate hourly abc=x');
      await leader('secret-add --label ending --expire 2h abc=x');
      await stage.model.faults.advanceClock(3_700_000);
      await stage.model.waitFor(async () =>
        (await events(stage, 'server/0')).slice(before).some((e) => e.startsWith('secret-rotate')),
      );
      await stage.model.faults.advanceClock(3_700_000);
      await stage.model.waitFor(async () =>
        (await events(stage, 'server/0')).slice(before).some((e) => e.startsWith('secret-expired')),
      );
      const since = (await events(stage, 'server/0')).slice(before);
      expect(since).toContain('secret-rotate label=turning revision=none');
      expect(since).toContain('secret-expired label=ending revision=1');
    });

    test('revoke and remove', async () => {
      await leader(`secret-revoke ${uri} -r ${db}`);
      expect(await client(`secret-get ${uri} --refresh`)).toEqual([fails(1, 'permission denied')]);
      await leader(`secret-remove ${uri}`);
      const [gone] = await leader(`secret-get ${uri}`);
      expect(gone).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/not found/) });
    });

    test('a grant goes with its relation', async () => {
      const [added] = await leader('secret-add --label bound abc=xyz');
      const bound = added?.stdout.trim() ?? '';
      await leader(`secret-grant ${bound} -r ${db}`);
      expect(await client(`secret-get ${bound} abc`)).toEqual([prints('xyz')]);
      await stage.model.removeRelation(Number(db.slice(3)));
      await stage.model.waitSettled();
      expect((await client(`secret-get ${bound} --refresh`))[0]?.exitCode).toBe(1);
    });
  },
  modes.filter((mode) => mode !== '2.9'),
);

test('2.9 has no secrets', async () => {
  const { model } = on('2.9');
  expect(await model.secrets()).toEqual([]);
});
