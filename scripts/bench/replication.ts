/** `npm run bench -- cluster` and `-- copies`: a cluster of three, a client that writes, and copies of a big cluster. */
import { openModel } from '../../testbed/api/index.ts';
import { waitCluster } from '../../tests/integration/support/cluster/members.ts';
import { startWriter } from '../../tests/integration/support/cluster/writer.ts';
import {
  client,
  deployClient,
  deployServer,
  openStory,
  server,
  waitActive,
} from '../../tests/integration/support/deployment.ts';
import { say } from '../setup.ts';
import { benchClone } from './clone.ts';
import { benchHandover } from './handover.ts';
import { benchManyClients } from './many-clients.ts';

const switchovers = 7;
const copies = 3;

/** Three units to active; then the primary moves; then clients come, and a quiet pass is timed. */
export async function benchCluster(): Promise<void> {
  const model = await openStory('bench-cluster');
  try {
    say('deploying three units');
    const startMs = performance.now();
    await deployServer(model, { units: 3 });
    await waitCluster(model, 2);
    console.log(`\nThree units from deploy to active: ${Math.round(performance.now() - startMs)} ms`);
    await deployClient(model);
    await model.integrate('postgresql:db', 'client:db');
    await waitActive(model);
    const writer = await startWriter(model, client);
    say('moving the primary');
    await benchHandover(model, writer, server, switchovers);
    await writer.stop();
    await model.addUnit('postgresql', 2);
    const { primary } = await waitCluster(model, 2);
    await benchManyClients(model, primary, [1, 10]);
  } finally {
    await model.destroy();
  }
}

/** One unit with much data, to which others are added. */
export async function benchCopies(): Promise<void> {
  const model = await openModel('bench-copies');
  try {
    await deployServer(model);
    const { primary } = await waitCluster(model, 0);
    await benchClone(model, primary, copies);
  } finally {
    await model.destroy();
  }
}
