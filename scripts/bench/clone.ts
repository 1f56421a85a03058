/** A new unit's copy of a big cluster, against pg_basebackup by hand on the same machine. */
import type { Model } from '../../testbed/api/index.ts';
import { waitCluster } from '../../tests/integration/support/cluster/members.ts';
import { serverSql } from '../../tests/integration/support/server-sql.ts';
import { say } from '../setup.ts';
import { printTimings, timingOf } from './ratio.ts';

const GIBIBYTES = 2;
/** Bytes a row takes in its table. */
const ROW_BYTES = 2048;

/** Fills the primary, adds units, and times each one's copy beside a bare one. */
export async function benchClone(model: Model, primary: string, rounds: number): Promise<void> {
  const rows = Math.ceil((GIBIBYTES * 1024 ** 3) / ROW_BYTES);
  say(`filling ${primary} with ${GIBIBYTES} GiB`);
  await serverSql(
    model,
    primary,
    `CREATE TABLE bulk AS SELECT n, repeat(md5(n::text), 62) AS filling FROM generate_series(1, ${rows}) n`,
  );
  await serverSql(model, primary, 'CHECKPOINT');
  const times = { bare: [] as number[], charm: [] as number[] };
  for (let round = 1; round <= rounds; round += 1) {
    const [unit = ''] = await model.addUnit('postgresql');
    await waitCluster(model, round, { primary, timeoutMs: 900_000 });
    times.charm.push(await cloneMs(model, unit));
    times.bare.push(await bareMs(model, unit));
  }
  printTimings(`A copy of ${GIBIBYTES} GiB`, [
    timingOf('pg_basebackup by hand', times.bare),
    timingOf('the job of the charm', times.charm),
  ]);
}

/** From the job's start to its end, by its own state file; waking the charm is not in it. */
async function cloneMs(model: Model, unit: string): Promise<number> {
  const machine = await model.machineOf(unit);
  const job = JSON.parse(await machine.sh('cat /var/lib/postgresql-charm/job.json')) as {
    startedAt: string;
    finishedAt: string;
  };
  return Date.parse(job.finishedAt) - Date.parse(job.startedAt);
}

async function bareMs(model: Model, unit: string): Promise<number> {
  const machine = await model.machineOf(unit);
  const script = `
    set -e; bin=$(ls -d /usr/lib/postgresql/*/bin); conf=/etc/postgresql/*/main/conf.d/60-recovery.conf
    source=$(sed -n "s/^primary_conninfo *= *'\\(.*\\)'$/\\1/p" $conf)
    rm -rf /var/lib/postgresql/bare; s=$(date +%s%N)
    runuser -u postgres -- $bin/pg_basebackup -D /var/lib/postgresql/bare -d "$source" -X stream -c fast
    sync -f /var/lib/postgresql; e=$(date +%s%N); rm -rf /var/lib/postgresql/bare; echo $(( (e - s) / 1000000 ))`;
  return Number(await machine.sh(script));
}
