/** Deploy to active, against the sum of its physical parts done by hand on a machine of the same kind. */
import type { Model } from '../../testbed/api/index.ts';
import { bootMachine, createMachine, execInMachine, removeMachine } from '../../testbed/machines/index.ts';
import { printTimings } from './ratio.ts';

/** Boot, apt-get install, pg_createcluster and start, one after the other; milliseconds of each. */
async function partsByHand(model: string): Promise<Record<string, number>> {
  const id = 'parts';
  const times: Record<string, number> = {};
  const timed = async (name: string, run: () => Promise<unknown>) => {
    const startMs = performance.now();
    await run();
    times[name] = performance.now() - startMs;
  };
  const sh = async (script: string) => {
    const { exitCode, stderr } = await execInMachine(model, id, ['/bin/bash', '-c', script], {
      timeoutMs: 300_000,
    });
    if (exitCode !== 0) throw new Error(`${script}\n${stderr}`);
  };
  await createMachine({ model, id, base: 'bookworm', hostname: 'parts' });
  await timed('boot', () => bootMachine(model, id));
  await timed('apt-get install', () =>
    sh(`mkdir -p /etc/postgresql-common/createcluster.d; echo create_main_cluster=false > /etc/postgresql-common/createcluster.d/no.conf
        export DEBIAN_FRONTEND=noninteractive; apt-get update -q && apt-get install -y -q postgresql`),
  );
  await timed('pg_createcluster', () =>
    sh('pg_createcluster 15 main -e UTF-8 --locale C -- --data-checksums'),
  );
  await timed('start', () =>
    sh(
      'systemctl daemon-reload; systemctl start postgresql@15-main; until runuser -u postgres -- psql -qAtc "select 1"; do sleep 0.05; done',
    ),
  );
  await removeMachine(model, id);
  return times;
}

/** `deployMs`: from the deploy command to the unit's status active, measured by the caller. */
export async function benchDeploy(model: Model, deployMs: number): Promise<void> {
  const parts = await partsByHand(model.name);
  const sumMs = Object.values(parts).reduce((sum, ms) => sum + ms, 0);
  const row = (name: string, ms: number) => ({ name, medianMs: ms, bestMs: ms });
  printTimings('Deploy to active (one run each)', [
    row('the physical parts by hand', sumMs),
    ...Object.entries(parts).map(([name, ms]) => row(`  ${name}`, ms)),
    row('juju deploy to active', deployMs),
  ]);
}
