/** `npm run bench -- standalone`: one unit, from deploy to a hundred clients. */
import { join } from 'node:path';
import { openModel } from '../../testbed/api/index.ts';
import { say } from '../setup.ts';
import { benchDeploy } from './deploy.ts';
import { benchManyClients } from './many-clients.ts';
import { benchQuietPass } from './quiet-pass.ts';

const root = join(import.meta.dirname, '../..');
const rounds = 15;

/** `charm` is the packed charm. */
export async function benchStandalone(charm: string): Promise<void> {
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
    await model.waitFor(
      async () => (await model.unit('client/0'))?.['workload-status'].current === 'active',
      {
        describe: 'client/0 is connected',
        timeoutMs: 300_000,
      },
    );
    await model.waitSettled();
    say(`measuring, ${rounds} rounds`);
    await benchQuietPass(model, 'postgresql/0', rounds);
    await benchManyClients(model, 'postgresql/0', [1, 10, 50, 100]);
    await benchDeploy(model, deployMs);
  } finally {
    await model.destroy();
  }
}
