/** Many clients at once: one unit with many endpoints. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a charm with endpoints c0, c1, …, each of which asks for a database of its own; returns its folder. */
export function charmWithEndpoints(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'many-clients-'));
  const endpoints = Array.from({ length: count }, (_, index) => [
    `c${index}`,
    { interface: 'pgsql', optional: true },
  ]);
  const metadata = {
    name: 'many',
    summary: 'many',
    description: 'many',
    requires: Object.fromEntries(endpoints),
  };
  writeFileSync(join(folder, 'metadata.yaml'), JSON.stringify(metadata));
  const bases = ['22.04', '24.04'].map((channel) => ({
    name: 'ubuntu',
    channel,
    architectures: ['amd64', 'arm64'],
  }));
  writeFileSync(join(folder, 'manifest.yaml'), JSON.stringify({ bases }));
  const asks = '*-relation-created) relation-set -r "$JUJU_RELATION_ID" database="$JUJU_RELATION" ;;';
  writeFileSync(join(folder, 'dispatch'), `#!/bin/sh\ncase $JUJU_DISPATCH_PATH in\n  ${asks}\nesac\n`, {
    mode: 0o755,
  });
  return folder;
}
