/** The charm's one program: every hook, every action, the jobs it starts itself, and a command line for people. */
import { resolve } from 'node:path';
import { askAhead } from './pass/ahead.ts';
import { readEvent } from './pass/event.ts';

/** Folder with dist/, templates/ and bin/: above this file, bundled (dist/charm) or not (src/main.ts). */
const charmDirectory = process.env['JUJU_CHARM_DIR'] ?? resolve(import.meta.dirname, '..');

async function main(): Promise<void> {
  const { env } = process;
  const argv = process.argv.slice(2);
  const [command, name] = argv;
  if (command === 'job' && name !== undefined) {
    const { runJob } = await import('./pass/jobs.ts');
    return runJob(name, env['CHARM_UNIT'] ?? '', charmDirectory, env['SERVICE_RESULT']);
  }
  const event = argv.length === 0 ? readEvent(env, env['CHARM_CALLED_AS'] ?? '') : null;
  if (event !== null) {
    const ahead = askAhead(event);
    const { runEvent } = await import('./pass/run.ts');
    return runEvent(event, charmDirectory, ahead);
  }
  const { runCommandLine } = await import('./pass/command-line.ts');
  return runCommandLine({ env, charmDirectory, argv: argv.length === 0 ? ['--help'] : argv });
}

main().catch(async (error: unknown) => {
  process.exitCode = 1;
  const { faultText } = await import('./pass/fault-text.ts');
  console.error(faultText(error, process.argv.length > 2));
});
