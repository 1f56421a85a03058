/** Reading of relations, each question at most once a hook; with a note of the last hook the answers are fetched side by side. */
import {
  applicationBag,
  relationApplication,
  relationIds,
  relationList,
  unitBag,
} from '../juju/relations.ts';
import { applicationOf } from '../plan/event.ts';
import { redactBag } from '../plan/redaction/bags.ts';
import { peerEndpoints } from '../relations/endpoints.ts';
import type { Bag } from '../relations/relation-facts.ts';
import { entryOf } from '../server/entry-of.ts';
import { passwordHash } from '../system/entropy.ts';
import { type JujuNote, sameBag } from './juju-note.ts';

export class RelationReader {
  readonly #unit: string;
  readonly #asked = new Map<string, Promise<unknown>>();
  readonly #listed = new Map<string, string[]>();
  #lists: JujuNote | null = null;
  #own: Promise<JujuNote['own'] | null> = Promise.resolve(null);

  /** `unit`: this one. */
  constructor(unit: string) {
    this.#unit = unit;
  }

  /** Asks ahead for what the relations of the note hold, before it is known whether its lists still hold. */
  fetch(note: JujuNote): void {
    for (const [id, units] of Object.entries(note.units)) {
      for (const unit of units) void this.unitBag(id, unit).catch(() => {});
      const application = entryOf(note.applications, id) ?? applicationOf(this.#unit);
      void this.applicationBag(id, application).catch(() => {});
      if (id.startsWith('replication:')) void this.unitBag(id, this.#unit).catch(() => {});
    }
    this.#own = this.#committed(note);
    void this.#own.catch(() => {});
  }

  /** From now on lists are those of the note: they still hold. */
  trust(note: JujuNote): void {
    this.#lists = note;
  }

  /** Ids of relations of `endpoint`. Of the peers' no list of the note tells. */
  ids(endpoint: string): Promise<string[]> {
    const lists = endpoint in peerEndpoints ? null : this.#lists;
    const noted = lists?.ids.filter((id) => id.startsWith(`${endpoint}:`));
    return noted === undefined
      ? this.#once(`ids ${endpoint}`, () => relationIds(endpoint))
      : Promise.resolve(noted);
  }

  async list(id: string): Promise<readonly string[]> {
    const units = entryOf(this.#lists?.units, id) ?? (await this.#once(`list ${id}`, () => relationList(id)));
    this.#listed.set(id, units);
    return units;
  }

  /** Relation → remote units of the lists that were asked for. */
  listed(): Readonly<Record<string, string[]>> {
    return Object.fromEntries(this.#listed);
  }

  /** The remote application's name; null when Juju does not tell. */
  async application(id: string): Promise<string | null> {
    return (
      entryOf(this.#lists?.applications, id) ?? this.#once(`application ${id}`, () => relationApplication(id))
    );
  }

  unitBag(id: string, unit: string): Promise<Bag> {
    return this.#once(`unit ${id} ${unit}`, () => unitBag(id, unit));
  }

  applicationBag(id: string, application: string): Promise<Bag | null> {
    return this.#once(`app ${id} ${application}`, () => applicationBag(id, application));
  }

  /** This unit's bag in a client relation, passwords redacted. */
  async ownBag(id: string): Promise<Bag> {
    const noted = entryOf(await this.#own, id);
    return noted?.unit ?? redactBag(await this.unitBag(id, this.#unit), passwordHash);
  }

  /** This application's bag in a client relation, passwords redacted; null where this unit may not read it. */
  async ownApplicationBag(id: string): Promise<Bag | null> {
    const noted = entryOf(await this.#own, id);
    if (noted?.application !== null && noted?.application !== undefined) return noted.application;
    const bag = await this.applicationBag(id, applicationOf(this.#unit));
    return bag === null ? null : redactBag(bag, passwordHash);
  }

  /** Own bags of the note, when the last hook's writes were committed. */
  async #committed({ canary, own }: JujuNote): Promise<JujuNote['own'] | null> {
    if (canary === null) return own;
    const { relation, owner, content } = canary;
    const seen =
      owner === 'unit'
        ? await this.unitBag(relation, this.#unit)
        : await this.applicationBag(relation, applicationOf(this.#unit));
    return sameBag(redactBag(seen ?? {}, passwordHash), content) ? own : null;
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    let answer = this.#asked.get(key) as Promise<T> | undefined;
    if (answer === undefined) {
      answer = ask();
      this.#asked.set(key, answer);
    }
    return answer;
  }
}
