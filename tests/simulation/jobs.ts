/** Clones and rewinds under way. */
import { type Data, walText } from './wal.ts';
import { reaches, tell, type Unit, unitNamed, type World } from './world.ts';

/** Moves a unit's job on by one step. A job wakes the charm when it ends. */
export function workOn(world: World, unit: Unit): void {
  const { job } = unit;
  if (job?.state !== 'running') return;
  const from = unitNamed(world, job.from);
  const source = from?.server.data ?? null;
  if (
    from === null ||
    source === null ||
    from.server.proc !== 'running' ||
    !reaches(unit, from) ||
    !from.server.admits.includes(unit.name)
  ) {
    end(world, unit, 'failed');
    return;
  }
  if (job.name === 'rewind' && !from.server.writable) {
    end(world, unit, 'failed');
    return;
  }
  job.stepsLeft -= 1;
  if (job.stepsLeft > 0) return;
  if (world.faults && world.random.oneIn(6)) {
    end(world, unit, 'failed');
    return;
  }
  if (job.name === 'clone') putCopy(unit, source);
  else rewind(unit, source);
  end(world, unit, 'done');
}

function end(world: World, unit: Unit, state: 'failed' | 'done'): void {
  const { job } = unit;
  if (job === null) return;
  job.state = state;
  job.retryAt = world.time + 5 * job.attempts;
  unit.events.add('wake');
  const at = unit.server.data === null ? '' : ` at ${walText(unit.server.data.end)}`;
  tell(world, `${unit.name} ${job.name} from ${job.from} ${state}${at}`);
}

function putCopy(unit: Unit, source: Data): void {
  const { server } = unit;
  server.aside = server.data ?? server.aside;
  server.proc = 'down';
  server.writable = false;
  server.connected = false;
  server.walMissing = false;
  server.follows = null;
  server.data = { ...source, kept: source.end, checkpoint: null, standbySignal: true, consistentAt: 0 };
}

/** As pg_rewind: on equal timelines it believes that there is nothing to do. */
function rewind(unit: Unit, source: Data): void {
  const { server } = unit;
  const own = server.data;
  if (own === null) return;
  server.follows = null;
  server.walMissing = false;
  if (own.branch.timeline === source.branch.timeline) {
    server.data = { ...own, standbySignal: true, half: false, checkpoint: null };
    return;
  }
  const start = source.branch.parent === null ? source.end : Math.max(source.branch.start, source.kept);
  server.data = {
    ...source,
    end: start,
    replayed: start,
    kept: start,
    checkpoint: null,
    standbySignal: true,
    consistentAt: source.end,
  };
}
