import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillText, redacted, redactBag as redactWith } from '../../../src/plan/redaction/bags.ts';
import type { Bag } from '../../../src/relations/relation-facts.ts';
import { passwordHash } from '../../../src/system/entropy.ts';

const redactBag = (bag: Bag) => redactWith(bag, passwordHash);
const password = 'Zk3bXw81LmQpR7tYvN2cHs5dGf9jAe4U';

describe('a redacted bag', () => {
  test('has no password in any of the places where one can be', () => {
    const bag = redactBag({
      password,
      schema_password: password,
      'entity-password': password,
      'credentials-root': 'root-of-all',
      master: `dbname=web host=10.0.0.1 password=${password} port=5432 user=juju_web`,
      standbys: `host=10.0.0.2 password=${password}\nhost=10.0.0.3 password=${password}`,
      uris: `postgresql://juju_web:${password}@10.0.0.1:5432/web`,
    });
    expect(JSON.stringify(bag)).not.toContain(password);
    expect(JSON.stringify(bag)).not.toContain('root-of-all');
    expect(bag['master']).toBe(
      `dbname=web host=10.0.0.1 password=${redacted(password, passwordHash)} port=5432 user=juju_web`,
    );
  });

  test('leaves the texts empty that delete a key', () => {
    expect(redactBag({ password: '', 'entity-password': '', master: '' })).toEqual({
      password: '',
      'entity-password': '',
      master: '',
    });
  });

  test('is its own redacted form, and keeps what is no password', () => {
    const text = fc.string().filter((value) => !/password=|:\/\//.test(value));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('host', 'database', 'roles'), text), (bag) => {
        expect(redactBag(bag)).toEqual({ ...bag });
      }),
    );
    const once = redactBag({ password, master: `host=a password=${password}` });
    expect(redactBag(once)).toEqual(once);
  });

  test('keeps what a client has written, though it looks like a password: it is echoed, and compared letter by letter', () => {
    const echo = {
      database: 'x password=abc',
      roles: 'password=abc',
      data: '{"database":"postgresql://a:b@c"}',
      requests: '[{"resource":"password=abc"}]',
      answered: '{"database:5":[{"database":"x password=abc"}]}',
    };
    expect(redactBag(echo)).toEqual(echo);
    const before = [`dbname='a \\' password=abc' host=10.0.0.1`, 'dbname=password=abc host=10.0.0.1'];
    for (const start of before) {
      const master = `${start} password=${password} port=5432 user=juju_web`;
      expect(redactBag({ master })['master']).toBe(
        `${start} password=${redacted(password, passwordHash)} port=5432 user=juju_web`,
      );
    }
  });

  test('equals the wanted text with hashes filled in', () => {
    const wanted = ['host=10.0.0.1 password=', { passwordOf: 'juju_web' }, ' port=5432'] as const;
    const plain = fillText(wanted, { password: () => password, secretUri: () => '' });
    const hashed = fillText(wanted, {
      password: () => redacted(password, passwordHash),
      secretUri: () => '',
    });
    expect(redactBag({ master: plain })['master']).toBe(hashed);
  });
});
