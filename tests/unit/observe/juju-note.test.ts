import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { observeJuju } from '../../../src/observe/juju.ts';
import { dropNote } from '../../../src/observe/juju-note.ts';
import { keepNote } from '../../../src/observe/keep-note.ts';
import { withBag } from '../../../src/plan/effects.ts';
import type { EventFacts } from '../../../src/plan/event.ts';
import { observed } from '../plan/examples/observations.ts';

// Hook commands are a program here that answers from a file and notes how it was called.

const unit = `postgresql/${process.pid}`;
const path = process.env['PATH'];
let folder = '';

const answers = (own: string, units = '["client/0"]') => ({
  'config-get': '{"locale":"C"}',
  'is-leader': 'true',
  'goal-state': `{"units":{"${unit}":{"status":"active"}},"relations":{"db":{"client":{},"client/0":{}}}}`,
  'relation-ids db': '["db:2"]',
  'relation-list -r db:2': units,
  'relation-get -r replication:0 --app - postgresql': '{}',
  [`relation-get -r replication:0 - ${unit}`]: '{"ingress-address":"10.0.0.1"}',
  'relation-get -r db:2 --app - client': '{}',
  'relation-get -r db:2 - client/0': '{"egress-subnets":"10.0.0.9/32"}',
  [`relation-get -r db:2 - ${unit}`]: own,
});

function juju(said: Record<string, string>): void {
  writeFileSync(
    join(folder, 'answers'),
    Object.entries(said)
      .map(([call, answer]) => `${call} --format json\t${answer}\n`)
      .join(''),
  );
  writeFileSync(join(folder, 'calls'), '');
}

async function calls(): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(join(folder, 'calls'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(' --format json', ''))
    .toSorted();
}

const event = (hook: string, relation: string | null = null): EventFacts => ({
  ...observed().event,
  hook,
  relation,
  unit,
});
const ask = (hook: string, relation: string | null = null, peerRelation: string | null = 'replication:0') =>
  observeJuju({
    event: event(hook, relation),
    askStorage: false,
    storageLocation: null,
    peerRelation,
    aheadAt: null,
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hook-commands-'));
  for (const tool of [
    'config-get',
    'is-leader',
    'goal-state',
    'relation-ids',
    'relation-list',
    'relation-get',
  ]) {
    const script = `#!/bin/sh
call="$(basename "$0")\${1:+ $*}"; echo "$call" >> ${folder}/calls
answer=$(grep -F "$call	" ${folder}/answers) || { echo "ERROR no answer to $call" >&2; exit 1; }
printf '%s' "\${answer#*	}"
`;
    writeFileSync(join(folder, tool), script);
    chmodSync(join(folder, tool), 0o755);
  }
  process.env['PATH'] = `${folder}:${path}`;
});
afterEach(async () => {
  process.env['PATH'] = path;
  await dropNote(unit);
});

const published = '{"ingress-address":"10.0.0.1","host":"10.0.0.1"}';

describe('a hook after a quiet one', () => {
  test('asks neither for lists nor for its own bags, and sees the same', async () => {
    juju(answers(published));
    const first = await ask('update-status');
    await keepNote(event('update-status'), first, first.juju);
    juju(answers(published));
    const second = await ask('update-status');
    expect({ ...second.juju, askedAt: '' }).toEqual({ ...first.juju, askedAt: '' });
    expect(await calls()).toEqual(
      [
        'config-get',
        'goal-state',
        'is-leader',
        'relation-get -r db:2 --app - client',
        'relation-get -r db:2 - client/0',
        `relation-get -r replication:0 - ${unit}`,
        'relation-get -r replication:0 --app - postgresql',
      ].toSorted(),
    );
  });

  test('asks for everything when goal-state names another unit, or an event changes a list', async () => {
    juju(answers(published));
    const first = await ask('update-status');
    await keepNote(event('update-status'), first, first.juju);
    const more = answers(published, '["client/0","client/1"]');
    juju({
      ...more,
      'goal-state': more['goal-state'].replace('"client/0":{}', '"client/0":{},"client/1":{}'),
      'relation-get -r db:2 - client/1': '{"egress-subnets":"10.0.0.10/32"}',
    });
    const grown = await ask('update-status');
    expect(Object.keys(grown.juju.clients[0]?.remoteUnits ?? {})).toEqual(['client/0', 'client/1']);
    juju(answers(published));
    await ask('db-relation-joined', 'db:2');
    expect(await calls()).toContain('relation-list -r db:2');
  });
});

test('a hook whose memory is lost sees its peers, of which no note tells', async () => {
  juju(answers(published));
  const first = await ask('update-status');
  await keepNote(event('update-status'), first, first.juju);
  juju({ ...answers(published), 'relation-ids replication': '["replication:0"]' });
  expect((await ask('update-status', null, null)).juju.peer).toEqual(first.juju.peer);
});

describe('a hook after one that wrote a bag', () => {
  const written = async () => {
    juju(answers('{"ingress-address":"10.0.0.1"}'));
    const first = await ask('update-status');
    const after = withBag(first.juju, 'db:2', 'unit', { host: '10.0.0.1' });
    await keepNote(event('update-status'), first, after);
  };

  test('looks at one of them, and believes the others when that was committed', async () => {
    await written();
    juju(answers(published));
    const second = await ask('update-status');
    expect(second.juju.clients[0]?.ownBag).toEqual({ 'ingress-address': '10.0.0.1', host: '10.0.0.1' });
    expect(await calls()).toContain(`relation-get -r db:2 - ${unit}`);
  });

  test('sees what Juju has when it was not', async () => {
    await written();
    juju(answers('{"ingress-address":"10.0.0.1"}'));
    const second = await ask('update-status');
    expect(second.juju.clients[0]?.ownBag).toEqual({ 'ingress-address': '10.0.0.1' });
  });
});
