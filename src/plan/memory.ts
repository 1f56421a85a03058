/**
 * The little that cannot be observed, kept in one file beside the cluster. It holds safety too: the epochs seen, done and refused, and the
 * end of WAL noted before a restart. A unit that has lost it takes the rules' part from its own peer bag (members/recall.ts).
 */
import type { ClusterMemory } from '../cluster/view.ts';
import type { Moment } from '../server/moment.ts';
import type { ClusterPlace } from '../server/place.ts';
import type { NotedVolume } from '../server/volume.ts';

export interface Memory {
  readonly unit: string;
  /** Place of the cluster, for when the marker cannot be read; null before there is one. */
  readonly place: ClusterPlace | null;
  /** Place where the data was seen last, or is to be made: nothing is written there while its volume is away. */
  readonly volume: NotedVolume | null;
  /** Mount point of Juju's storage, as it was last told; null without it. */
  readonly storageLocation: string | null;
  /** Set while that storage is being taken from this unit, or has been. */
  readonly detaching: boolean;
  /** Size of the volume of the data when it was last seen. */
  readonly volumeBytes: number | null;
  /** Facts that the rules of cluster/ must know again after a restart. */
  readonly cluster: ClusterMemory;
  /** Time at which this unit first saw the decision of `epoch` in this boot. */
  readonly decisionSeen: { readonly epoch: number; readonly at: Moment } | null;
  /** Time at which this unit first saw the leader's newest request to look in this boot. */
  readonly lookSeen: { readonly request: string; readonly at: Moment } | null;
  /** The decision's primary did not answer when it was tried, and since when in this boot. */
  readonly silent: { readonly unit: string; readonly since: Moment } | null;
  /** Source and generation of the root secret (`secret:abc 1`) → fingerprint, so that a quiet pass need not read the secret. */
  readonly fingerprints: Readonly<Record<string, string>>;
  /** Fingerprint and role → hash of the password that was published. */
  readonly passwords: Readonly<Record<string, string>>;
  /** Role → generation of the password the server had for it when last seen. */
  readonly onServer: Readonly<Record<string, number>>;
  /** Id of the peer relation; it never changes. */
  readonly peerRelation: string | null;
  /** Addresses of Juju's controllers as last known. */
  readonly controllers: readonly string[];
  /** Options that cannot be changed any more, as they were when the cluster was made. */
  readonly made: { readonly locale: string; readonly encoding: string } | null;
  /** Start of the last rewind whose end is in the log. */
  readonly rewindLogged: string;
  /** Time of the fence's last stop that is in the log. */
  readonly fenceLogged: string;
  /** Standbys that have streamed → since when in this boot their stream is seen broken; null while it is not. */
  readonly readers: Readonly<Record<string, Moment | null>>;
  /** Problems that the log has (hashes of them), as long as they last. */
  readonly problems: readonly string[];
  /** Status last set in Juju. */
  readonly status: string;
  /** The application's, as this unit has last set or seen it since it leads, and when that was. */
  readonly applicationStatus: { readonly text: string; readonly at: Moment } | null;
  /** The application's version, as this unit has last set it since it leads. */
  readonly shownVersion: string;
  /** Version of this unit's server when it last ran. */
  readonly serverVersion: string;
}

/** The memory of a unit that remembers nothing. */
export function emptyMemory(unit: string): Memory {
  return {
    unit,
    place: null,
    volume: null,
    storageLocation: null,
    detaching: false,
    volumeBytes: null,
    cluster: {
      seenEpoch: 0,
      doneEpoch: 0,
      refused: null,
      systemIdentifier: null,
      noted: null,
      manualEpoch: null,
      halfRewound: false,
      lineage: null,
    },
    decisionSeen: null,
    lookSeen: null,
    silent: null,
    fingerprints: {},
    passwords: {},
    onServer: {},
    peerRelation: null,
    controllers: [],
    made: null,
    rewindLogged: '',
    fenceLogged: '',
    readers: {},
    problems: [],
    status: '',
    applicationStatus: null,
    shownVersion: '',
    serverVersion: '',
  };
}
