/**
 * Runs on a client's machine: inserts numbered rows for ever through the address that was published last. Arguments: the file with
 * the address, where to note `number time` of what was acknowledged. A number is never tried twice: after a lost connection
 * nobody knows whether it was committed.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';

const [addressFile = '', acknowledgedFile = '', otherHosts = ''] = process.argv.slice(2);
const pauseMs = 5;
let number = Date.now() * 1000;

/** Connects to the published host, or to another one. */
async function connected(other: string | undefined): Promise<Client> {
  const [published = '', port = '', user = '', password = '', database = ''] = readFileSync(
    addressFile,
    'utf8',
  ).split('\n');
  const client = new Client({
    host: other ?? published,
    port: Number(port),
    user,
    password,
    database,
    connectionTimeoutMillis: 1000,
    query_timeout: 3000,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function write(client: Client): Promise<never> {
  await client.query('CREATE TABLE IF NOT EXISTS numbered (number bigint)').catch(() => {});
  for (;;) {
    number += 1;
    await client.query('INSERT INTO numbered VALUES ($1)', [number]);
    appendFileSync(acknowledgedFile, `${number} ${Date.now()}\n`);
    await setTimeout(pauseMs);
  }
}

const attempts = [undefined, ...otherHosts.split(',').filter((host) => host !== '')];
for (let attempt = 0; ; attempt += 1) {
  let client: Client | undefined;
  try {
    client = await connected(attempts[attempt % attempts.length]);
    await write(client);
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    await client?.end().catch(() => {});
    await setTimeout(20);
  }
}
