/** `npm run bench`: timings as ratios, measured side by side in one run. Nothing here is asserted. */
import { join } from 'node:path';
import { openModel } from '../testbed/api/index.ts';
import { benchDeploy } from './bench/deploy.ts';
import { benchManyClients } from './bench/many-clients.ts';
import { benchQuietPass } from './bench/quiet-pass.ts';
import { say, setUp } from './setup.ts';

const root = join(import.meta.dirname, '..');
const rounds = 15;

const charm = await setUp(['bookworm']);
const model = await openModel('bench');
try {
  say('deploying');
  const startMs = performance.now();
  await model.deploy(charm, { application: 'postgresql' });
  await model.waitFor(
    async () => (await model.unit('postgresql/0'))?.['workload-status'].current === 'active',
    {
      describe: 'postgresql/0 is active',
      timeoutMs: 300_000,
    },
  );
  const deployMs = performance.now() - startMs;
  await model.deploy(join(root, 'tests/clients/pgclient-classic'), { application: 'client' });
  await model.integrate('client:db', 'postgresql:db');
  await model.waitFor(async () => (await model.unit('client/0'))?.['workload-status'].current === 'active', {
    describe: 'client/0 is connected',
    timeoutMs: 300_000,
  });
  await model.waitSettled();
  say(`measuring, ${rounds} rounds`);
  await benchQuietPass(model, 'postgresql/0', rounds);
  await benchManyClients(model, 'postgresql/0');
  await benchDeploy(model, deployMs);
} finally {
  await model.destroy();
}
