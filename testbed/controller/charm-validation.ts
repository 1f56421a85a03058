import { parse } from 'yaml';
import type { JujuMode } from '../protocol/admin.ts';
import { readActions } from './charm-actions.ts';
import { readAssumes, readBases } from './charm-manifest.ts';
import { readMetadata } from './charm-metadata.ts';
import { readOptions } from './charm-options.ts';
import { type Charm, type CharmFiles, type Complain, isMap } from './charm-types.ts';

export interface Validation {
  /** null as soon as there is one error. */
  charm: Charm | null;
  errors: string[];
}

/**
 * Reads a charm's descriptive files as Juju of that version would and tells every reason for which it would
 * be refused.
 */
export function validateCharm(files: CharmFiles, juju: JujuMode): Validation {
  const errors: string[] = [];
  const complain: Complain = (problem) => {
    errors.push(problem);
  };
  if (files.metadata === null) return { charm: null, errors: ['metadata.yaml: file not found'] };
  const metadata = readYaml('metadata.yaml', files.metadata, complain);
  const manifest = files.manifest === null ? null : readYaml('manifest.yaml', files.manifest, complain);
  const config = files.config === null ? null : readYaml('config.yaml', files.config, complain);
  const actions = files.actions === null ? null : readYaml('actions.yaml', files.actions, complain);
  if (errors.length > 0) return { charm: null, errors };
  const charm: Charm = {
    ...readMetadata(metadata, complain),
    bases: readBases(manifest, metadata, juju, complain),
    options: config === null ? {} : readOptions(config, juju, complain),
    actions: actions === null ? {} : readActions(actions, juju, complain),
  };
  readAssumes(metadata['assumes'], juju, complain);
  return errors.length > 0 ? { charm: null, errors } : { charm, errors };
}

function readYaml(file: string, text: string, complain: Complain): Record<string, unknown> {
  try {
    const value: unknown = parse(text);
    if (value === null || value === undefined) return {};
    if (isMap(value)) return value;
    complain(`${file}: expected a map at the top`);
  } catch (error) {
    complain(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {};
}
