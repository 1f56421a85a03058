import type { UnitMachine } from '../../../testbed/api/index.ts';

/** An archive that never answers, so that apt is busy long enough to be caught. */
export const silentArchive = 'deb http://10.255.255.1/debian x main\n';

/** Stops apt-get on a machine as soon as it runs there: from then on it hangs for ever. */
export async function stopApt(machine: UnitMachine): Promise<void> {
  await machine.sh('timeout 120 sh -c "until pkill -STOP -x apt-get; do sleep 0.02; done"');
}

/** Lets it go on. */
export async function resumeApt(machine: UnitMachine): Promise<void> {
  await machine.sh('pkill -CONT -x apt-get');
}

/** True while an apt-get that was stopped is there. */
export async function isAptStopped(machine: UnitMachine): Promise<boolean> {
  return (await machine.exec('ps -o stat= -C apt-get | grep -q T')).exitCode === 0;
}

/** Holds the lock of dpkg's front ends, as unattended-upgrades does; call the result to let it go. */
export async function holdPackageLock(machine: UnitMachine): Promise<() => Promise<void>> {
  const script = `use Fcntl; open(my $lock, '>>', '/var/lib/dpkg/lock-frontend') or die;
    my $whole = pack('s s l! l! i', F_WRLCK, 0, 0, 0, 0); fcntl($lock, F_SETLK, $whole) or die 'locked already';
    open(my $held, '>', '/tmp/lock-held'); close($held); sleep 600;`;
  await machine.write('/tmp/hold-lock.pl', script);
  await machine.sh(`systemd-run --quiet --unit=upgrades-by-night perl /tmp/hold-lock.pl
    timeout 20 sh -c 'until [ -e /tmp/lock-held ]; do sleep 0.05; done'`);
  return async () => void (await machine.sh('systemctl stop upgrades-by-night'));
}

/** True when a package is installed and configured. */
export async function isInstalled(machine: UnitMachine, name: string): Promise<boolean> {
  return (
    (await machine.exec(`dpkg-query -W -f '\${Status}' ${name} | grep -qx 'install ok installed'`))
      .exitCode === 0
  );
}
