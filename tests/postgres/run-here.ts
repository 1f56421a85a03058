/**
 * Carries out the job of a state folder in a process of its own, for tests that kill it: the argument is
 * the roots as JSON.
 */
import { carryOut } from '../../src/postgres/jobs/run-job.ts';

const [roots = '', name = ''] = process.argv.slice(2);
await carryOut(JSON.parse(roots), name === 'rewind' ? 'rewind' : 'clone');
