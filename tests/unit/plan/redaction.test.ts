import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { printed } from '../../../src/pass/command-line.ts';
import type { Observation } from '../../../src/plan/observation.ts';
import { makePlan, stepsOf } from '../../../src/plan/plan.ts';
import { redactionOf } from '../../../src/plan/redaction/redaction.ts';
import { stepText } from '../../../src/plan/step-text.ts';
import {
  clientRelation,
  committed,
  known,
  means,
  observed,
  options,
  peerFacts,
  runningServer,
  verdictsOf,
} from './examples/observations.ts';

const optionTypes = parse(readFileSync(new URL('../../../config.yaml', import.meta.url), 'utf8')) as {
  options: Record<string, { type: string }>;
};
const textOptions = Object.entries(optionTypes.options).flatMap(([name, { type }]) =>
  type === 'string' ? [name] : [],
);

/** Two halves that are looked for, with something between them that means something to a parser. */
const half = fc
  .array(fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNP23456789'), {
    minLength: 10,
    maxLength: 14,
  })
  .map((letters) => `${letters.join('')}7`);
const marker = (between: string): fc.Arbitrary<readonly [string, string, string]> =>
  fc.tuple(half, fc.constantFrom('', ...between), half);

const rules: readonly [form: string, between: string][] = [
  ['host all all 10.0.0.0/8 ldap ldapserver=x ldapbindpasswd=M', `/@:;&$%!'=,`],
  ['host all all 10.0.0.0/8 ldap ldapbindpasswd="M" ldapserver=x', ` /@:,'#`],
  ['host all all 10.0.0.0/8 ldap "ldapbindpasswd=M" ldapserver=x', ` /@:,'#`],
  ['host all all 10.0.0.0/8 ldap ldapurl="ldap://cn=admin:M@host/dc=x?uid"', '/:@'],
  ['host all all 10.0.0.0/8 ldap ldapserver=x ldapbindpasswd=M,host all all 10.1.0.0/16 md5', '/@:'],
  ['host all all 10.0.0.0/8 radius radiusservers="a,b" radiussecrets="M"', ', '],
];
const settings: readonly [form: string, between: string][] = [
  [`archive_command = 'AWS_SECRET_ACCESS_KEY=M wal-g wal-push %p'`, '/+=@:'],
  [`archive_command = 'curl -u backup:M -T %p https://host/%f'`, '/+@='],
  [`archive_command = 'curl -T %p https://backup:M@host/%f'`, '/:@+'],
  [`archive_command = 'sshpass -p x rsync --password M %p host:'`, '/+@='],
  [`restore_command = 'PGPASSWORD=M psql -f %p'`, '/+@&'],
  [`primary_conninfo = 'host=a password=M user=b'`, '/+@&:'],
  [`primary_conninfo = 'host=a user=b password=M'`, '/+@&:'],
  [`primary_conninfo = 'host=a password=''M'' user=b'`, ' /@:'],
  [`primary_conninfo = 'postgresql://b:M@a/c?sslpassword=M'`, ':'],
  [`ssl_passphrase_command = 'echo M'`, ' /@'],
];
const urls: readonly [form: string, between: string][] = [
  ['s3://KEY:M@bucket/path', '/@:+'],
  ['deb [trusted=yes] http://user:M@archive.example/debian stable main', '@:+/'],
  ['http://M@proxy:3128', ''],
  ['DefaultEndpointsProtocol=https;AccountKey=M', '/+='],
];

interface Planted {
  readonly text: string;
  readonly halves: readonly string[];
}
const planted = (forms: readonly (readonly [string, string])[]): fc.Arbitrary<Planted> =>
  fc.constantFrom(...forms).chain(([form, between]) =>
    marker(between).map(([left, middle, right]) => ({
      text: form.replaceAll('M', () => left + middle + right),
      halves: [left, right],
    })),
  );
const whole = marker(`/@: '"\\\n`).map(([left, middle, right]) => ({
  text: left + middle + right,
  halves: [left, right],
}));
const secretOption = /password|secret|access_key|install_keys/;

const plantedOptions = fc
  .tuple(
    planted(rules),
    planted(settings),
    ...textOptions.map((name) =>
      fc.tuple(fc.constant(name), secretOption.test(name) ? whole : planted(urls)),
    ),
  )
  .map(([auth, conf, ...others]) => {
    const all = [...others, ['extra_pg_auth', auth] as const, ['extra_pg_conf', conf] as const];
    return {
      values: Object.fromEntries(all.map(([name, { text }]) => [name, text])),
      halves: all.flatMap(([, { halves }]) => halves),
    };
  });

/** Everything that people get to see of an observation. */
function seen(observation: Observation): string {
  const plan = makePlan(observation, means, []);
  const { text } = redactionOf(observation.juju.options);
  const shown = [plan.status.message, ...plan.notices, ...plan.problems.map(({ message }) => message)];
  const spoken = [...shown, ...stepsOf(plan).map(stepText), ...observation.server.lastErrors].map(text);
  return JSON.stringify([printed(observation, null), printed(observation, plan), spoken]);
}

function expectNone(text: string, halves: readonly string[]): void {
  const found = halves.filter((each) => text.includes(each));
  const around = found.map((each) =>
    text.slice(Math.max(0, text.indexOf(each) - 60), text.indexOf(each) + 30),
  );
  expect(around, halves.filter((each) => text.includes(each)).join()).toEqual([]);
}

/** A primary whose files are as this observation's options make them. */
function settled(values: Observation['juju']['options'], good: boolean): Observation {
  const begin = observed({
    juju: { options: values, peer: peerFacts(committed) },
    server: runningServer({}),
    rest: { credentials: known, verdicts: verdictsOf(good ? values : options) },
  });
  const written = stepsOf(makePlan(begin, means, [])).flatMap((step) =>
    step.kind === 'file.write' ? [[step.path, step.content] as const] : [],
  );
  return { ...begin, server: { ...begin.server, files: Object.fromEntries(written) } };
}

describe('secrets of an operator', () => {
  test('are in nothing that is printed, logged or shown', () => {
    fc.assert(
      fc.property(fc.noShrink(plantedOptions), fc.boolean(), ({ values, halves }, good) => {
        const observation = settled({ ...options, ...values, version: '' }, good);
        const lines = Object.values(values);
        expectNone(
          seen({
            ...observation,
            server: { ...observation.server, lastErrors: lines.map((line) => `FATAL: ${line}`) },
            unknown: { forwards: lines.join(' | ') },
          }),
          halves,
        );
      }),
    );
  });

  test('leave a saved observation that plans the same', () => {
    fc.assert(
      fc.property(fc.noShrink(plantedOptions), ({ values }) => {
        const observation = settled({ ...options, ...values, version: '' }, true);
        const replayed = JSON.parse(JSON.stringify(printed(observation, null))) as Observation;
        const { lanes, status, rules: spoken } = makePlan(observation, means, []);
        const again = makePlan(replayed, means, []);
        const kinds = (all: typeof lanes) => all.map(({ name, steps }) => [name, steps.map(stepText)]);
        expect(kinds(again.lanes)).toEqual(kinds(lanes));
        expect([again.status.state, again.rules]).toEqual([status.state, spoken]);
        // Redacted once more it stays as it is.
        expect(printed(replayed, null)).toEqual(replayed);
      }),
    );
  });
});

describe('what a plan rests on', () => {
  test('stays as it is: addresses of secrets, fingerprints, hashes of passwords', () => {
    const observation = observed({
      juju: {
        peer: peerFacts({ ...committed, passwords: 'juju_web:2' }),
        clients: [
          clientRelation({
            ownBag: { password: '{password:0123456789abcdef}', 'secret-user': 'secret:q1w2' },
          }),
        ],
      },
      memory: { passwords: { '0123456789abcdef juju_password': '{password:0123456789abcdef}' } },
      rest: { credentials: known, secretUris: { 'database.5.user.secret': 'secret:q1w2' } },
    });
    expect(printed(observation, null)).toEqual(observation);
  });
});

describe('secrets in bags', () => {
  const keys = [
    'password',
    'schema_password',
    'entity-password',
    'admin-password',
    'client_secret',
    'secret-key',
  ];
  const strings: readonly [string, string][] = [
    ['host=10.0.0.1 dbname=x user=y password=M port=5432', '/@:&'],
    [`host=10.0.0.1 password='M' dbname=x`, ' /@:'],
    ['postgresql://user:M@10.0.0.1:5432/db', '/:@'],
    ['{"password": "M", "roles": ["x"]}', ' /:@,'],
    ['[{"user": "x", "auth": {"secret_key": "M"}}]', ' /:@,'],
  ];
  const bag = fc
    .tuple(
      fc.constantFrom(...keys),
      whole,
      fc.constantFrom('master', 'standbys', 'requests', 'x'),
      planted(strings),
    )
    .map(([key, secret, other, line]) => ({
      bag: { [key]: secret.text, [other]: line.text },
      halves: [...secret.halves, ...line.halves],
    }));

  test('of clients, peers and this unit are in nothing that is printed', () => {
    fc.assert(
      fc.property(fc.noShrink(fc.tuple(bag, bag, bag, bag)), (bags) => {
        const [remote, application, own, peer] = bags;
        const client = clientRelation({
          remoteUnits: { 'webapp/0': remote.bag },
          remoteApplicationBag: application.bag,
          ownBag: own.bag,
        });
        const peers = peerFacts({ ...committed, ...peer.bag, 'credentials-root': 'RootOfAllPasswords' });
        const observation = observed({
          juju: { peer: { ...peers, members: { 'postgresql/1': peer.bag } }, clients: [client] },
          server: runningServer({}),
          rest: { credentials: known },
        });
        expectNone(seen(observation), [...bags.flatMap(({ halves }) => halves), 'RootOfAllPasswords']);
      }),
    );
  });
});

describe('a text', () => {
  const { text } = redactionOf({});
  test.each([
    ['a path is no user', 'see https://example.org/a@b and http://host:80/x'],
    ['a user alone is no secret', 'git+ssh://git@example.org/x'],
    ['a setting about passwords', 'password_encryption = scram-sha-256'],
    ['the address of a secret', 'credentials: secret:d1q2w3 {password:0123456789abcdef} {secret:1}'],
    ['a look at a secret', 'the secret with the passwords cannot be read: permission denied'],
    ['a failed login', 'FATAL: password authentication failed for user "juju_web"'],
  ])('is left alone: %s', (_, line) => {
    expect(text(line)).toBe(line);
  });

  test.each([
    ["ALTER ROLE x PASSWORD 'hunter2' LOGIN", "ALTER ROLE x PASSWORD '{secret}' LOGIN"],
    ['Authorization: Bearer abcdef0123456789', 'Authorization: Bearer {secret}'],
    ['user=x password=hunter2 host=y', 'user=x password={secret} host=y'],
    ['-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----', '{secret}'],
    [
      'Could not connect to http://u:hunter2@proxy:3128/',
      'Could not connect to http://u:{secret}@proxy:3128/',
    ],
  ])('%j', (line, redacted) => {
    expect(text(line)).toBe(redacted);
  });

  test('of any size is read in one go', () => {
    for (const part of [
      'a-',
      'password=',
      '"',
      "'",
      'http://',
      ':@',
      'x://a:b@',
      '\\"',
      'secret_key: ',
      '-----BEGIN PRIVATE KEY-----',
    ]) {
      expect(text(part.repeat(1_000_000 / part.length)).length).toBeGreaterThan(0);
    }
  });
});
