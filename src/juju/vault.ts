/** The root secret of all passwords: read lazily and at most once a process, made by the leader. */
import { applicationBag, type Bag, setBag } from './relations.ts';
import { secretAdd, secretByLabel, secretGet } from './secrets.ts';

const label = 'credentials';

/** The peer relation, as far as the root is concerned. */
export interface RootPeer {
  /** `replication:1` */
  readonly id: string;
  /** The application bag as committed; its passwords may be redacted. */
  readonly committed: Bag;
}

export class Vault {
  readonly #application: string;
  #root: string | null = null;

  /** `application`: this unit's, `postgresql`. */
  constructor(application: string) {
    this.#application = application;
  }

  /** The root secret, or null while this unit cannot read it. */
  async root(peer: RootPeer | null): Promise<string | null> {
    if (this.#root !== null || peer === null) return this.#root;
    const uri = peer.committed['credentials'];
    if (uri !== undefined) this.#root = (await secretGet(uri))?.['root'] ?? null;
    else if (peer.committed['credentials-root'] !== undefined) {
      // The observed bag is redacted, so the value is read again.
      this.#root = (await applicationBag(peer.id, this.#application))?.['credentials-root'] ?? null;
    }
    return this.#root;
  }

  /**
   * Makes the root, `fresh` (leader only), and returns the bag key that tells the other units where it is: a secret's URI or, where Juju
   * has none, the value. A secret left over from a hook whose bags were rolled back is taken up again.
   */
  async create(peerId: string, hasSecrets: boolean, fresh: string): Promise<Bag> {
    const content = hasSecrets ? { credentials: await this.#keep(fresh) } : { 'credentials-root': fresh };
    this.#root ??= fresh;
    await setBag(peerId, 'application', content);
    return content;
  }

  async #keep(fresh: string): Promise<string> {
    const kept = await secretByLabel(label);
    if (kept === null) {
      this.#root = fresh;
      return secretAdd(label, { root: fresh });
    }
    this.#root = (await secretGet(kept))?.['root'] ?? null;
    // Another in its place would be a second set of passwords.
    if (this.#root === null) throw new Error('the secret with the passwords is there and cannot be read yet');
    return kept;
  }
}
