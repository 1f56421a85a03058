import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { clientLibraries } from './support/client-libraries.ts';
import { eventually } from './support/cluster/eventually.ts';
import { deployServer, openStory, waitInstalled } from './support/deployment.ts';
import { serverSql } from './support/server-sql.ts';

// The clients on the pages for charm authors, run as they are written there, and one with a library that no page recommends any more.

const root = join(import.meta.dirname, '../..');
const folders = mkdtempSync(join(tmpdir(), 'documented-'));

interface Documented {
  /** Null: the code is in tests/clients. */
  readonly page: string | null;
  readonly language: 'sh' | 'python';
  readonly endpoint: 'db' | 'database' | 'syslog';
  readonly packages: string;
}

const clients: Readonly<Record<string, Documented>> = {
  'pgsql-shell': { page: 'pgsql', language: 'sh', endpoint: 'db', packages: 'postgresql-client' },
  'pgsql-python': {
    page: 'pgsql',
    language: 'python',
    endpoint: 'db',
    packages: 'postgresql-client python3',
  },
  'database-shell': { page: 'database', language: 'sh', endpoint: 'database', packages: 'postgresql-client' },
  'database-python': {
    page: 'database',
    language: 'python',
    endpoint: 'database',
    packages: 'postgresql-client python3',
  },
  'pgclient-opslib': {
    page: null,
    language: 'python',
    endpoint: 'db',
    packages: 'postgresql-client python3',
  },
  'syslog-shell': { page: 'syslog', language: 'sh', endpoint: 'syslog', packages: 'rsyslog' },
};
const interfaces = { db: 'pgsql', database: 'postgresql_client', syslog: 'syslog' } as const;

/** The scripts of a client. */
function codeOf(name: string, { page, language }: Documented): Record<string, string> {
  if (page !== null) return blocksOf(page, language);
  return { 'src/charm.py': readFileSync(join(root, 'tests/clients', name, 'charm.py'), 'utf8') };
}

/** Code blocks of a page that begin with `#!`, by the path their first comment names. */
function blocksOf(page: string, language: string): Record<string, string> {
  const text = readFileSync(join(root, `docs/reference/relations/${page}.md`), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)\n(#!.*?)^```$/gms)].filter(([, word]) => word === language);
  return Object.fromEntries(blocks.map(([, , code = '']) => [/^# (\S+)/m.exec(code)?.[1] ?? '', code]));
}

function writeScript(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  chmodSync(join(folder, path), 0o755);
}

/** A charm of the page's code and of what every charm of its kind has around it. */
function charmOf(name: string, client: Documented): string {
  const { language, endpoint, packages } = client;
  const folder = join(folders, name);
  for (const [path, code] of Object.entries(codeOf(name, client))) writeScript(folder, path, code);
  cpSync(join(root, 'tests/clients/pgclient-classic/manifest.yaml'), join(folder, 'manifest.yaml'));
  const metadata = {
    name,
    summary: name,
    description: name,
    requires: { [endpoint]: { interface: interfaces[endpoint] } },
  };
  writeFileSync(join(folder, 'metadata.yaml'), JSON.stringify(metadata));
  const install = `apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ${packages}`;
  if (language === 'python') {
    cpSync(clientLibraries(), join(folder, 'lib'), { recursive: true });
    const first = `#!/bin/sh\n[ "$JUJU_DISPATCH_PATH" != hooks/install ] || { ${install}; } || exit 1\n`;
    writeScript(folder, 'dispatch', `${first}PYTHONPATH=lib exec python3 src/charm.py\n`);
  } else {
    const listen = `printf 'module(load="imudp")\\ninput(type="imudp" port="514")\\n' >/etc/rsyslog.d/listen.conf`;
    writeScript(
      folder,
      'hooks/install',
      `#!/bin/sh\n${install}${endpoint === 'syslog' ? ` && ${listen}` : ''}\n`,
    );
  }
  return folder;
}

let model: Model;
const unitOf = (name: string): string => `${name}/0`;

beforeAll(async () => {
  model = await openStory('documented', { base: 'bookworm' });
  await deployServer(model);
  const placed: string[] = [];
  for (const [name, client] of Object.entries(clients)) {
    const place = placed.length === 0 ? {} : { to: ['1'] };
    await model.deploy(charmOf(name, client), { application: name, ...place });
    await model.integrate(`postgresql:${client.endpoint}`, `${name}:${client.endpoint}`);
    placed.push(name);
  }
});
afterAll(async () => {
  rmSync(folders, { recursive: true });
  await model?.destroy();
});

test.each(Object.keys(clients).filter((name) => name !== 'syslog-shell'))('%s connects', async (name) => {
  const message = async (): Promise<string | undefined> =>
    (await model.unit(unitOf(name)))?.['workload-status'].message;
  await model.waitFor(async () => (await message()) === 'connected', { describe: `${name} is connected` });
});

test('syslog-shell sorts by server', async () => {
  await waitInstalled(model);
  const machine = await model.machineOf(unitOf('syslog-shell'));
  // Logged again until it arrives: what is logged before the server knows of the collector goes to its own file alone.
  await eventually('the collector has the line', async () => {
    await serverSql(model, 'postgresql/0', "DO $$ BEGIN RAISE LOG 'a parrot sat on the mast'; END $$");
    const sorted = await machine.sh('cat /var/log/postgresql/postgresql_0.log 2>/dev/null || true');
    return sorted.includes('a parrot sat on the mast') ? true : null;
  });
});
