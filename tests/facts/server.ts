import type { RunningServer } from '../shipped.ts';

/** A primary that has just come up, on its first timeline. */
export const freshPrimary: RunningServer = {
  version: '15.9',
  inRecovery: false,
  timeline: 1,
  position: '0/1500078',
  receivedPosition: null,
  streaming: false,
  upstreamHost: null,
  replayPaused: false,
  slots: [],
  senders: [],
  pendingRestart: [],
  orderedSettings: {},
  unloaded: [],
  accessLoadedAt: null,
  fileErrors: { settings: [], access: [] },
};
