import { describe, expect, test } from 'vitest';
import type { Bag } from '../../../src/relations/relation-facts.ts';
import { answer, markOf, pw, relation, secretFields, statusOf } from './database-scene.ts';
import { createdV0 } from './readiness/data-interfaces.ts';
import { answerTo, bagOf, clusterOf, readyOn, secretsOf } from './scene.ts';

describe('postgresql_client v0', () => {
  test('plain keys for a client that lists no secrets', () => {
    expect(bagOf(answer({ database: 'appdb' }, clusterOf(3)).application)).toEqual({
      data: '{"database":"appdb"}',
      database: 'appdb',
      endpoints: '10.0.0.1:5432',
      password: pw,
      'read-only-endpoints': '10.0.0.2:5432,10.0.0.3:5432',
      tls: 'False',
      uris: `postgresql://juju_app:${pw}@10.0.0.1:5432/appdb`,
      username: 'juju_app',
      version: '15.9',
    });
  });

  test('secrets for a client that lists them, granted to its relation', () => {
    const got = answer(
      { database: 'appdb', 'requested-secrets': secretFields },
      clusterOf(1, 0, { certificateAuthority: 'PEM' }),
    );
    expect(bagOf(got.application)).toEqual({
      data: `{"database":"appdb","requested-secrets":${JSON.stringify(secretFields)}}`,
      database: 'appdb',
      endpoints: '10.0.0.1:5432',
      'read-only-endpoints': '10.0.0.1:5432',
      'secret-tls': 'secret:database.6.tls.secret',
      'secret-user': 'secret:database.6.user.secret',
      version: '15.9',
    });
    expect(got.secrets.map(({ grantTo }) => grantTo)).toEqual(['database:6', 'database:6']);
    expect(secretsOf(got)).toEqual({
      'secret:database.6.user.secret': {
        username: 'juju_app',
        password: pw,
        uris: `postgresql://juju_app:${pw}@10.0.0.1:5432/appdb`,
      },
      'secret:database.6.tls.secret': { tls: 'True', 'tls-ca': 'PEM' },
    });
    expect(createdV0(bagOf(got.application), secretsOf(got))).toMatchObject({
      username: 'juju_app',
      password: pw,
      endpoints: '10.0.0.1:5432',
    });
  });

  test('read-only-uris are given when asked for, all standbys in one text', () => {
    const got = answer(
      { database: 'appdb', 'requested-secrets': '["username","password","uris","read-only-uris"]' },
      clusterOf(3),
    );
    const uris = secretsOf(got)['secret:database.6.user.secret']?.['read-only-uris'];
    expect(uris).toBe(
      `postgresql://juju_app:${pw}@10.0.0.2:5432/appdb,postgresql://juju_app:${pw}@10.0.0.3:5432/appdb`,
    );
  });

  test('without secrets in Juju, or once given plain credentials, a client gets plain ones', () => {
    const bag = { database: 'appdb', 'requested-secrets': secretFields };
    for (const got of [
      answer(bag, clusterOf(1, 0, { secrets: false })),
      answer(bag, clusterOf(1), { ownApplicationBag: { username: 'juju_app' } }),
    ]) {
      expect(got.secrets).toEqual([]);
      expect(createdV0(bagOf(got.application), {})).toMatchObject({
        username: 'juju_app',
        password: pw,
        tls: 'False',
      });
    }
  });

  test('a new client is answered as soon as the primary lets it in; readers are those that do too', () => {
    // One that is dead, paused, cut or given up has let nobody in.
    const marks = {
      ...readyOn(['postgresql/0', 'postgresql/1'], 'database:6')['database:6'],
      'postgresql/2': [],
    };
    const ready = { 'database:6': marks };
    const bag = { database: 'appdb' };
    expect(bagOf(answer(bag, clusterOf(3, 0, { ready })).application)).toMatchObject({
      endpoints: '10.0.0.1:5432',
      'read-only-endpoints': '10.0.0.2:5432',
    });
    const standbys = readyOn(['postgresql/1', 'postgresql/2'], 'database:6');
    expect(answer(bag, clusterOf(3, 0, { ready: standbys })).application).toBeNull();
    const moved = answer(bag, clusterOf(3, 0, { ready, primary: 'postgresql/1' }), {
      ownApplicationBag: { database: 'appdb' },
    });
    expect(bagOf(moved.application)).toMatchObject({
      endpoints: '10.0.0.2:5432',
      'read-only-endpoints': '10.0.0.1:5432',
    });
  });

  test('nothing changes while there is no primary, before a request or a unit, and on units that do not lead', () => {
    expect(answer({ database: 'appdb' }, clusterOf(3, 0, { primary: null })).application).toBeNull();
    expect(answer({}, clusterOf(1)).application).toBeNull();
    expect(answer({ database: 'appdb' }, clusterOf(1), { remoteUnits: {} }).application).toBeNull();
    expect(answer({ database: 'appdb' }, clusterOf(3, 1)).application).toBeNull();
  });

  test('a user asked for as an entity is named in the keys for entities', () => {
    const got = answer(
      { database: 'appdb', 'entity-type': 'USER', 'requested-secrets': '["entity-name","entity-password"]' },
      clusterOf(1),
    );
    const secrets = secretsOf(got);
    expect(secrets['secret:database.6.entity.secret']).toEqual({
      'entity-name': 'juju_app',
      'entity-password': pw,
    });
    expect(createdV0(bagOf(got.application), secrets)).toBeNull();
  });

  test.each<[Bag, string]>([
    [{ database: 'app*' }, 'by prefix'],
    [{ database: 'postgres' }, "server's own"],
    [{ database: 'appdb', 'entity-type': 'GROUP' }, 'GROUP'],
    [{ database: 'appdb', 'entity-permissions': '[{"resource_name":"t"}]' }, 'entity-permissions'],
    [{ database: 'appdb', 'requested-entity-secret': 'secret:x' }, 'chosen by the client'],
    [{ database: 'appdb', 'requested-secrets': 'username' }, 'requested-secrets'],
    [{ database: 'appdb', 'mtls-cert': 'PEM' }, 'mtls-cert'],
    [{ database: 'appdb', 'extra-user-roles': 'SUPERUSSER' }, 'attributes are'],
    [{ database: 'appdb', 'extra-user-roles': 'pg_write_server_files' }, 'reserved'],
  ])('%j is refused in the key status', (bag, why) => {
    expect(statusOf(bag)).toMatchObject([{ code: 5001 }]);
    expect(statusOf(bag)[0]?.message).toContain(why);
  });

  test('what the server lacks is told too', () => {
    const bag = { database: 'appdb', extensions: 'foo' };
    expect(statusOf(bag, 'extension "foo" is not available')).toMatchObject([
      { message: 'extension "foo" is not available' },
    ]);
  });

  const had = { database: 'appdb', 'extra-user-roles': 'reader', 'requested-secrets': secretFields };
  const served = () => bagOf(answer(had, clusterOf(3)).application);
  const marks = Object.fromEntries(
    ['postgresql/0', 'postgresql/1'].map((unit) => [unit, [markOf(had)]] as const),
  );

  test.each<[string, Bag, string | null]>([
    ['an extension that the server lacks', { ...had, extensions: 'foo' }, 'not available'],
    ['a role that is refused', { ...had, 'extra-user-roles': 'reader,pg_monitor' }, 'reserved'],
    ['a database that is refused', { ...had, database: 'postgres' }, "server's own"],
    ['a list that cannot be read', { ...had, 'requested-secrets': '[' }, 'requested-secrets'],
    ['a format of the future', { version: 'v7' }, '"v7"'],
    ['another database, before it is there', { ...had, database: 'other' }, null],
    ['nothing any more', {}, null],
  ])('%s takes nothing from a client that is served', (_, bag, why) => {
    const cluster = clusterOf(3, 0, { primary: 'postgresql/1', ready: { 'database:6': marks } });
    const problem = why === 'not available' ? why : null;
    const { application, answered } = answerTo(
      relation(bag, { ownApplicationBag: served() }),
      cluster,
      problem,
      [had],
    );
    const { status = '', ...kept } = bagOf(application);
    const { status: _status, ...before } = served();
    // It follows the primary all the same.
    expect(kept).toEqual({
      ...before,
      endpoints: '10.0.0.2:5432',
      'read-only-endpoints': '10.0.0.1:5432',
    });
    expect(status).toContain(JSON.stringify(why ?? '').slice(1, -1));
    expect(status === '').toBe(why === null);
    expect(answered).toEqual([had]);
  });
});
