/**
 * Carries out the job of a state folder in a process of its own, for tests that kill it: the arguments are the roots as JSON and the job.
 * What would wake the charm leaves a file `woken` in the state folder.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { carryOut } from '../../src/postgres/jobs/run-job.ts';
import type { MachineRoots } from '../../src/postgres/machine.ts';

const [text = '', name = ''] = process.argv.slice(2);
const roots = JSON.parse(text) as MachineRoots;
const job = (['rewind', 'fence'] as const).find((known) => known === name) ?? 'clone';
await carryOut(roots, job, () => writeFile(join(roots.state, 'woken'), ''));
