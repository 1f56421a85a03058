/** The configuration files the charm writes, whole, with the text they are to have. */
import { type DesiredHba, hbaView } from './hba.ts';
import { type ClusterPlace, managedPaths } from './place.ts';
import { type DesiredRecovery, recoveryView } from './recovery.ts';
import { type DesiredSettings, settingsView } from './settings.ts';

export interface ManagedFile {
  readonly path: string;
  /** Null: the file must not be there. */
  readonly content: string | null;
  readonly mode: number;
  readonly owner: 'root' | 'postgres';
}

/** Renders template `name` with `view`; a parameter, because reading templates is not for a pure room. */
export type Render = (name: string, view: object) => string;

export interface DesiredFiles {
  readonly place: ClusterPlace;
  readonly settings: DesiredSettings;
  readonly hba: DesiredHba;
  /** Null leaves recovery settings alone (manual_replication). */
  readonly recovery: DesiredRecovery | null;
}

/** Every managed file of a cluster with its desired text. */
export function managedFiles(desired: DesiredFiles, render: Render): ManagedFile[] {
  const paths = managedPaths(desired.place, desired.settings.traits.recoveryIn);
  const readable = { mode: 0o644, owner: 'postgres' } as const;
  const files: ManagedFile[] = [
    { path: paths.settings, content: render('postgresql.conf', settingsView(desired.settings)), ...readable },
    { path: paths.hba, content: render('pg_hba.conf', hbaView(desired.hba)), mode: 0o640, owner: 'postgres' },
    { path: paths.ident, content: render('pg_ident.conf', {}), mode: 0o640, owner: 'postgres' },
  ];
  if (desired.recovery !== null) {
    const view = recoveryView(desired.recovery);
    const content = view === null ? null : render('recovery.conf', view);
    files.push({ path: paths.recovery, content, ...readable });
  }
  return files;
}

/** Paths an observation must read for `managedFiles` to be compared with. */
export function managedFilePaths(place: ClusterPlace, recoveryIn: 'recovery.conf' | 'signal'): string[] {
  const paths = managedPaths(place, recoveryIn);
  return [paths.settings, paths.hba, paths.ident, paths.recovery, paths.passfile];
}
