/** Time for which a client cannot write when the primary moves, against what PostgreSQL itself needs for that. */
import type { Model } from '../../testbed/api/index.ts';
import { switchover, waitCluster } from '../../tests/integration/support/cluster/members.ts';
import type { Writer } from '../../tests/integration/support/cluster/writer.ts';
import { printTimings, sideBySide, timingOf } from './ratio.ts';

/** Two servers beside each other on one machine, which take turns as primary. */
const prepareFloor = `
  set -e; bin=$(ls -d /usr/lib/postgresql/*/bin); export PATH=$bin:$PATH
  rm -rf /tmp/floor; mkdir /tmp/floor; chown postgres /tmp/floor; cd /tmp/floor
  as() { runuser -u postgres -- env PATH=$PATH "$@"; }
  as initdb -D a -A trust >/dev/null
  printf "port=6001\\nunix_socket_directories='/tmp/floor'\\nlisten_addresses=''\\n" >> a/postgresql.conf
  printf "primary_conninfo='host=/tmp/floor port=6002'\\n" >> a/postgresql.conf
  as pg_ctl -D a -l a.log -w start >/dev/null
  as pg_basebackup -h /tmp/floor -p 6001 -D b -c fast
  sed -i -e s/6002/6000/ -e s/6001/6002/ -e s/6000/6001/ b/postgresql.conf; as touch b/standby.signal
  as pg_ctl -D b -l b.log -w start >/dev/null; echo 'a b' > order`;

/** Prints the milliseconds of a fast stop and a promotion; then the stopped one follows. */
const floorOnce = `
  bin=$(ls -d /usr/lib/postgresql/*/bin); export PATH=$bin:$PATH; cd /tmp/floor
  as() { runuser -u postgres -- env PATH=$PATH "$@"; }
  read old new < order
  ask="psql -h /tmp/floor -p $([ $old = a ] && echo 6001 || echo 6002) -qAtc"
  until as $ask 'select 1 from pg_stat_replication' 2>/dev/null | grep -q 1; do sleep 0.05; done
  s=$(date +%s%N); as pg_ctl -D $old -m fast -w stop >/dev/null; as pg_ctl -D $new -w promote >/dev/null; e=$(date +%s%N)
  as touch $old/standby.signal; as pg_ctl -D $old -l $old.log -w start >/dev/null; echo "$new $old" > order
  echo $(( (e - s) / 1000000 ))`;

/** Measures on a cluster of three with a writing client; `floorUnit`'s machine also runs the two bare servers. */
export async function benchHandover(
  model: Model,
  writer: Writer,
  floorUnit: string,
  rounds: number,
): Promise<void> {
  const machine = await model.machineOf(floorUnit);
  await machine.sh(prepareFloor);
  const timings = await sideBySide(rounds, {
    'pg_ctl stop -m fast, pg_ctl promote': async () => Number(await machine.sh(floorOnce)),
    'switchover: the client cannot write for': async () => {
      const { standbys } = await waitCluster(model, 2);
      const target = standbys[0] ?? '';
      const sinceMs = Date.now();
      await switchover(model, target);
      await waitCluster(model, 2, { primary: target });
      await writer.goesOn();
      return writer.longestGapMs(sinceMs);
    },
  });
  await machine.sh(
    'for d in a b; do runuser -u postgres -- $(ls -d /usr/lib/postgresql/*/bin)/pg_ctl -D /tmp/floor/$d -m immediate stop; done; rm -rf /tmp/floor',
  );
  const removals: number[] = [];
  for (let left = 1; left >= 0; left -= 1) {
    const { primary } = await waitCluster(model, left + 1);
    const sinceMs = Date.now();
    await model.removeUnit(primary);
    await model.waitGone(primary);
    await waitCluster(model, left);
    await writer.goesOn();
    removals.push(await writer.longestGapMs(sinceMs));
  }
  const removal = timingOf('removal of the primary: the client cannot write for', removals);
  printTimings('The primary moves', [...timings, removal]);
}
