import type { Model } from '../../../testbed/api/index.ts';

/** Folders whose files the charm writes; what the charm set aside and the data itself are left out. */
const script = `
  # Debian's starter looks after its server only every half second, so the unit comes up after the server.
  for try in $(seq 100); do systemctl --quiet is-active 'postgresql@*' && break; sleep 0.1; done
set -f; cd /
managed='etc/postgresql etc/postgresql-common/createcluster.d var/lib/postgresql-charm'
# What was set aside, which process worked or waited last and which server runs differ from run to run.
ignored='( -name *.aside-* -o -name job.json -o -name packages.json -o -name watch.json -o -name loaded.json ) -prune'
managed="$managed $(find etc/systemd/system -maxdepth 1 -name 'postgresql*' -type d)"
find $managed $ignored -o -printf '%y %m %u:%g %p %l\\n' | sort
find var/lib/postgresql -maxdepth 2 ! -name '*.aside-*' -printf '%y %m %u:%g %p\\n' | sort
find tmp var/tmp -maxdepth 1 -name '*postgresql-charm*' -printf '%y %p\\n'
echo ---
for file in $(find $managed $ignored -o -type f -print | sort); do
  echo "$file $(base64 -w 0 "$file")"
done
# The server may take sessions before systemd has heard of it.
timeout 60 sh -c "while systemctl list-units 'postgresql@*' | grep -qw activating; do sleep 0.1; done"
systemctl list-units --all --plain --no-legend 'postgresql@*' | awk '{ print "unit " $1 " " $2 " " $3 " " $4 }'`;

export interface MachinePicture {
  /** Type, mode, owner and path of each file and folder. */
  entries: string[];
  /** Path → content. */
  contents: Record<string, string>;
  services: string[];
}

/** Files and services of the charm on a unit's machine, as text that can be compared. */
export async function machinePicture(model: Model, unit: string): Promise<MachinePicture> {
  const machine = await model.machineOf(unit);
  const [entries = '', rest = ''] = (await machine.sh(script)).split('---\n');
  const picture: MachinePicture = { entries: linesOf(entries), contents: {}, services: [] };
  for (const line of linesOf(rest)) {
    const [path = '', content = ''] = line.split(' ');
    if (path === 'unit') picture.services.push(line.slice('unit '.length));
    else picture.contents[path] = Buffer.from(content, 'base64').toString();
  }
  return picture;
}

/** Inode, change time and path of everything the charm manages: what a pass with nothing to do must not touch. */
export async function managedInodes(model: Model, unit: string): Promise<string[]> {
  const machine = await model.machineOf(unit);
  return linesOf(
    await machine.sh("find /etc/postgresql /var/lib/postgresql-charm -printf '%i %C@ %p\\n' | sort"),
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}
