/** One observation: Juju is asked once a hook, the machine in every round. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { PassContext } from '../pass/context.ts';
import { applicationOf } from '../pass/event.ts';
import { clientWishes } from '../plan/clients/desired.ts';
import { toldGenerations } from '../plan/clients/passwords.ts';
import { publishedSecrets, secretsKey, urisOf } from '../plan/clients/secrets.ts';
import type { Memory } from '../plan/memory.ts';
import type { CheckedLines, JujuFacts, MachineFacts, Observation } from '../plan/observation.ts';
import { readOptions } from '../plan/options/read.ts';
import { debianRoots } from '../postgres/machine.ts';
import { observeCatalog } from '../postgres/observe-catalog.ts';
import { observeServer } from '../postgres/observe-server.ts';
import { observeForwards } from '../postgres/syslog-forward.ts';
import { forwardPrefix } from '../relations/syslog.ts';
import type { CatalogFacts } from '../server/catalog-facts.ts';
import type { ServerFacts } from '../server/server-facts.ts';
import { nowIso } from '../system/clock.ts';
import { md5Hex } from '../system/entropy.ts';
import { observeCredentials } from './credentials.ts';
import { observeJuju } from './juju.ts';
import { observeAnswers } from './reachability.ts';

const certificate = '/etc/ssl/private/ssl-cert-snakeoil.key';

/** Gathers the facts of one round, Juju's and the server's in parallel. */
export async function observe(context: PassContext): Promise<Observation> {
  const { event, memory } = context;
  const [server, juju] = await Promise.all([observeServer(debianRoots), jujuFacts(context)]);
  const [found, machine, catalog, answers, checked] = await Promise.all([
    observeCredentials(juju.peer, event, memory, context.vault),
    observeMachine(server, event.unit),
    catalogFacts(juju, server, context),
    context.answers ?? observeAnswers(juju, event),
    checkLines(juju, server, memory),
  ]);
  const credentials = { ...found, told: toldGenerations(found, catalog, memory) };
  context.credentials = credentials;
  context.answers = answers;
  return {
    now: nowIso(),
    event,
    juju,
    credentials,
    machine,
    memory,
    server: withoutPasswords(server),
    catalog,
    checked,
    secretUris: urisOf(publishedSecrets(juju.peer?.application[secretsKey])),
    answers,
  };
}

async function jujuFacts(context: PassContext): Promise<JujuFacts> {
  if (context.juju !== null) return context.juju;
  const { event, memory } = context;
  // The mount point is part of the cluster's place once that is known.
  const askStorage = memory.cluster.systemIdentifier === null || event.hook.includes('-storage-');
  const juju = await observeJuju({ event, askStorage, peerRelation: memory.peerRelation });
  context.juju = juju;
  return juju;
}

async function observeMachine({ place }: ServerFacts, unit: string): Promise<MachineFacts> {
  const folder = place?.dataDirectory ?? '/var/lib';
  const volume = await statfs(folder).catch(() => null);
  return {
    ramBytes: totalmem(),
    volumeBytes: volume === null ? null : volume.blocks * volume.bsize,
    certificate: existsSync(certificate),
    forwards: await observeForwards(debianRoots.state, forwardPrefix(unit)),
  };
}

/** Roles and databases; null when the server does not answer, which the next observation then says. */
async function catalogFacts(
  juju: JujuFacts,
  server: ServerFacts,
  { event, insides }: PassContext,
): Promise<CatalogFacts | null> {
  if (server.place === null || server.running === null) return null;
  const { options } = readOptions(juju.options, applicationOf(event.unit));
  const { grants } = clientWishes({ juju }, options);
  const hasPeers = Object.keys(juju.peer?.members ?? {}).length > 0;
  // A client that goes has sessions to be ended.
  if (juju.clients.length === 0 && !hasPeers) return null;
  try {
    return await observeCatalog(
      server.place,
      grants.map(({ database }) => database),
      insides,
    );
  } catch {
    return null;
  }
}

/** PostgreSQL is asked about the operator's raw lines when they are not those it was asked about last. */
async function checkLines(
  juju: JujuFacts,
  { place }: ServerFacts,
  memory: Memory,
): Promise<CheckedLines | null> {
  if (place === null) return null;
  const extraConf = String(juju.options['extra_pg_conf'] ?? '');
  const extraAuth = String(juju.options['extra_pg_auth'] ?? '');
  const lines = md5Hex(JSON.stringify([place.major, extraConf, extraAuth]));
  if (memory.checked?.lines === lines) return memory.checked;
  const { checkConfiguration } = await import('../postgres/configuration-check.ts');
  return { lines, problems: await checkConfiguration(place.binDirectory, { extraConf, extraAuth }) };
}

/** Of a password file only the heading is kept, which tells whom it is for. */
function withoutPasswords(server: ServerFacts): ServerFacts {
  const files = Object.entries(server.files).map(([path, text]) => [
    path,
    path.endsWith('.pgpass') ? (text?.split('\n')[0] ?? null) : text,
  ]);
  return { ...server, files: Object.fromEntries(files) };
}
