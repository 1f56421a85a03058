import type { BagContent } from './unit-snapshot.ts';

/** One end of a relation, as a charm declares it. */
export interface Endpoint {
  name: string;
  role: 'provider' | 'requirer' | 'peer';
  interface: string;
  scope: 'global' | 'container';
  limit: number | null;
}

/** The offering model's answer about an offer. */
export interface OfferDetails {
  modelUuid: string;
  ends: Endpoint[];
}

/** One side of a relation between two models, as its controller tells the other. */
export interface Half {
  token: string;
  model: string;
  modelUuid: string;
  offer: string;
  /** Endpoint of the offered application, and that of the consumer. */
  offeredEndpoint: string;
  consumingEndpoint: Endpoint;
  units: Record<string, { departing: boolean; settings: BagContent }>;
  app: BagContent;
  alive: boolean;
  suspended: boolean;
}

/** The relation has ended in the model that writes this. */
export interface EndedHalf {
  token: string;
  gone: true;
}
