/**
 * `npm run bench [-- NAME …]`: timings as ratios, measured side by side in one run. Nothing here is asserted.
 * Names: standalone cluster copies; all of them unless some are named.
 */
import { benchCluster, benchCopies } from './bench/replication.ts';
import { benchStandalone } from './bench/standalone.ts';
import { setUp } from './setup.ts';

const benches: Readonly<Record<string, (charm: string) => Promise<void>>> = {
  standalone: benchStandalone,
  cluster: benchCluster,
  copies: benchCopies,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
const charm = await setUp(['bookworm']);
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length === 0 || asked.includes(name)) await bench(charm);
}
