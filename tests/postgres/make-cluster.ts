/** Makes a cluster in a process of its own, for tests that kill it: arguments are roots and place as JSON. */
import { createCluster } from '../../src/postgres/cluster-create.ts';

const [roots = '', place = ''] = process.argv.slice(2);
await createCluster(JSON.parse(roots), JSON.parse(place), 'C', 'UTF-8');
