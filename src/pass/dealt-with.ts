/**
 * Which events bring nothing new. With many clients most events tell what a pass for another one has seen already; they need no pass
 * of their own.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { debianRoots } from '../postgres/machine.ts';
import { readMarker } from '../postgres/marker.ts';
import { postmasterPid } from '../postgres/postmaster.ts';
import type { ClientRelation } from '../relations/facts.ts';
import { steadyJson } from '../relations/json-text.ts';
import { md5Hex } from '../system/entropy.ts';
import { readText } from '../system/files.ts';
import { observeClient } from './client-facts.ts';
import { readyKey } from './client-plan.ts';
import type { PassContext } from './context.ts';
import type { EventFacts } from './event.ts';
import type { JujuFacts } from './observation.ts';

/** What a pass that found nothing to do at all has seen. Nothing of it was written by its hook, so all of it is committed. */
const QuietPass = z.object({
  atMs: z.number(),
  leader: z.boolean(),
  postmaster: z.number(),
  /** Relations that are let in here → a hash of their facts. */
  clients: z.record(z.string(), z.string()),
});

/** Facts of others may change without an event, so once in a while an event brings a pass whatever it is about. */
const trustedMs = 120_000;
const skippable = /^(db|db-admin|master|database)-relation-(created|joined|changed)$/;

/** In memory, not on disk: a machine that has booted has everything to look at anew. */
function noteFile(unit: string): string {
  return `/run/postgresql-charm/${unit.replace('/', '-')}.json`;
}

/**
 * Whether all that `event` can tell has been dealt with: its relation is let in, and is as it was when a pass found nothing to do
 * a short while ago. Own bags count too, so that what a failed hook did not publish is not taken for published.
 */
export async function isDealtWith(event: EventFacts, nowMs: number): Promise<boolean> {
  const { relation, hook, unit } = event;
  if (relation === null || !skippable.test(hook)) return false;
  const quiet = await readNote(unit);
  const known = quiet?.clients[relation];
  if (quiet === null || known === undefined) return false;
  const ageMs = nowMs - quiet.atMs;
  if (ageMs < 0 || ageMs > trustedMs || (await runningPostmaster()) !== quiet.postmaster) return false;
  return hashOf(await observeClient(relation, event, quiet.leader)) === known;
}

/** To be called before a pass does anything: what it does may change what was noted. */
export async function forgetQuiet(unit: string): Promise<void> {
  await rm(noteFile(unit), { force: true });
}

/** Notes what a pass has seen that found nothing to do. */
export async function noteQuiet({ event, juju }: PassContext, nowMs: number): Promise<void> {
  if (juju === null || juju.leaving || juju.clients.length === 0) return;
  const postmaster = await runningPostmaster();
  if (postmaster === null) return;
  const note: z.infer<typeof QuietPass> = {
    atMs: nowMs,
    leader: juju.leader,
    postmaster,
    clients: letIn(juju),
  };
  const file = noteFile(event.unit);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(note), { mode: 0o600 });
}

/** What is still on its way (a role that has not been replicated yet) may arrive without an event, so it is not noted. */
function letIn({ clients, peer }: JujuFacts): Record<string, string> {
  const ready = (peer?.own[readyKey] ?? '').split(' ');
  return Object.fromEntries(
    clients
      .filter(({ id, broken }) => !broken && ready.includes(id))
      .map((client) => [client.id, hashOf(client)]),
  );
}

function hashOf(client: ClientRelation): string {
  return md5Hex(steadyJson({ ...client }));
}

async function readNote(unit: string): Promise<z.infer<typeof QuietPass> | null> {
  const text = await readText(noteFile(unit));
  if (text === null) return null;
  try {
    return QuietPass.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function runningPostmaster(): Promise<number | null> {
  const marker = await readMarker(debianRoots.state);
  return marker === null ? null : postmasterPid(marker.place.dataDirectory);
}
