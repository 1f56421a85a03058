import type { JujuMode } from '../protocol/admin.ts';
import { type CharmBase, type Complain, isMap } from './charm-types.ts';

const architectures = new Set(['amd64', 'arm64', 'ppc64el', 's390x', 'riscv64', 'armhf', 'i386', 'all']);

/** manifest.yaml's bases; charms of the old format (series in the metadata) have none. */
export function readBases(
  manifest: Record<string, unknown> | null,
  metadata: Record<string, unknown>,
  juju: JujuMode,
  complain: Complain,
): CharmBase[] {
  const list = manifest?.['bases'];
  if (!Array.isArray(list) || list.length === 0) {
    if (juju === '4.0') complain('charm metadata without bases in manifest not valid');
    else if (metadata['series'] === undefined && manifest !== null) {
      complain('charm metadata without bases in manifest and without series not valid');
    }
    return [];
  }
  if (metadata['min-juju-version'] !== undefined) {
    complain('charm metadata: min-juju-version cannot be used together with bases, use assumes');
  }
  return list.map((raw: unknown) => readBase(isMap(raw) ? raw : {}, juju, complain));
}

function readBase(raw: Record<string, unknown>, juju: JujuMode, complain: Complain): CharmBase {
  const name = typeof raw['name'] === 'string' ? raw['name'] : '';
  const known = juju === '4.0' ? ['ubuntu'] : ['ubuntu', 'centos'];
  if (!known.includes(name)) complain(`manifest: bases: os "${name}" not supported`);
  const channel = raw['channel'];
  if (typeof channel !== 'string' || !/^\d+(\.\d+)?(\/(stable|candidate|beta|edge))?$/.test(channel)) {
    complain(`manifest: bases: channel ${JSON.stringify(channel ?? '')} not valid (quote it: "24.04")`);
  }
  const named: unknown[] = Array.isArray(raw['architectures']) ? raw['architectures'] : [];
  for (const architecture of named) {
    if (!architectures.has(String(architecture))) {
      complain(`manifest: bases: unsupported architecture "${String(architecture)}"`);
    }
  }
  return { name, channel: String(channel), architectures: named.map(String) };
}

const versions: Record<JujuMode, [number, number, number]> = {
  '2.9': [2, 9, 51],
  '3.6': [3, 6, 9],
  '4.0': [4, 0, 4],
};

/** `assumes` of the metadata: complains when the version of Juju does not fulfil it, or it cannot be read. */
export function readAssumes(value: unknown, juju: JujuMode, complain: Complain): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) {
    complain('metadata: assumes: expected list');
    return;
  }
  for (const item of value) {
    if (!fulfilled(item, juju, complain)) {
      complain(`Charm cannot be deployed because: charm requires ${JSON.stringify(item)}`);
    }
  }
}

function fulfilled(item: unknown, juju: JujuMode, complain: Complain): boolean {
  if (isMap(item)) {
    const [key, inner] = Object.entries(item)[0] ?? ['', null];
    const list: unknown[] = Array.isArray(inner) ? inner : [];
    if (key === 'any-of') return list.some((each) => fulfilled(each, juju, complain));
    if (key === 'all-of') return list.every((each) => fulfilled(each, juju, complain));
  }
  const match = /^([a-z][a-z0-9-]*)(?:\s*(>=|<)\s*(\d+(?:\.\d+){0,2}))?$/.exec(String(item));
  if (match === null) {
    complain(`metadata: assumes: malformed expression ${JSON.stringify(item)}`);
    return true;
  }
  const [, feature, operator, version] = match;
  if (feature !== 'juju') return feature !== 'k8s-api';
  if (operator === undefined || version === undefined) return true;
  const wanted = version.split('.').map(Number);
  const order = versions[juju].map((part, at) => part - (wanted[at] ?? 0)).find((each) => each !== 0) ?? 0;
  return operator === '>=' ? order >= 0 : order < 0;
}

/** The agent version a model of that kind reports, such as `3.6.9`. */
export function agentVersion(juju: JujuMode): string {
  return versions[juju].join('.');
}
