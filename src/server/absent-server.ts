import type { ServerFacts } from './server-facts.ts';

/** Facts of a machine without a cluster of the charm, on which no job was ever started. */
export const absentServer: ServerFacts = {
  place: null,
  installedMajor: null,
  state: 'absent',
  foreign: [],
  hasData: false,
  damage: null,
  unasked: null,
  unknown: {},
  hasConfiguration: false,
  control: null,
  history: [],
  running: null,
  job: null,
  packages: null,
  watch: null,
  fence: null,
  asides: [],
  lastErrors: [],
  startFailed: false,
  restarts: false,
  walMissing: false,
  files: {},
  startsAtBoot: null,
  standbySignal: false,
};
