import { constants } from 'node:os';
import { Command, CommanderError } from 'commander';
import { listModels } from '../controller/launch.ts';
import { currentModel, preferredJuju } from './preferences.ts';
import { Refusal } from './refusal.ts';
import { withModel } from './session.ts';
import { registerActions } from './verbs/actions.ts';
import { registerConfig } from './verbs/config.ts';
import { registerDebugLog } from './verbs/debug-log.ts';
import { registerDeploy } from './verbs/deploy.ts';
import { registerExec } from './verbs/exec.ts';
import { registerFaults } from './verbs/faults.ts';
import { registerModels } from './verbs/models.ts';
import { registerOffers } from './verbs/offers.ts';
import { registerRelations } from './verbs/relations.ts';
import { registerSecrets } from './verbs/secrets.ts';
import { registerShow } from './verbs/show.ts';
import { registerSsh } from './verbs/ssh.ts';
import { registerStatus } from './verbs/status.ts';
import { registerStorage } from './verbs/storage.ts';
import { registerUnits } from './verbs/units.ts';
import { registerUpkeep } from './verbs/upkeep.ts';
import { registerWaitFor } from './verbs/wait-for.ts';

function juju(): Command {
  const program = new Command('juju')
    .description("Stands in for Juju's client: models, units and hooks on this computer.")
    .enablePositionalOptions()
    .showHelpAfterError("run 'juju help <command>' for its usage")
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'ERROR ')) })
    // Before any command is added: commands inherit it.
    .exitOverride();
  registerModels(program);
  registerDeploy(program);
  registerUnits(program);
  registerRelations(program);
  registerOffers(program);
  registerConfig(program);
  registerActions(program);
  registerExec(program);
  registerSsh(program);
  registerStatus(program);
  registerShow(program);
  registerDebugLog(program);
  registerUpkeep(program);
  registerStorage(program);
  registerSecrets(program);
  registerWaitFor(program);
  registerFaults(program);
  program.command('version').description('Prints the version of the current model.').action(printVersion);
  return program;
}

async function printVersion(): Promise<void> {
  const print = (version: string): void =>
    console.log(`${version}-testbed-${process.arch === 'x64' ? 'amd64' : process.arch}`);
  if (listModels().includes(currentModel())) await withModel({}, async ({ model }) => print(model.version));
  else print(preferredJuju());
}

/** `run-action --wait pg/0 …`: the duration is optional, so a bare --wait must not swallow the unit. */
function normalized(argv: string[]): string[] {
  return argv[0] === 'run-action' ? argv.map((word) => (word === '--wait' ? '--wait=' : word)) : argv;
}

/** A reader that went away (`juju status | head -1`) ends the program as SIGPIPE ends Juju's, which Node ignores. */
function endWithReader(): void {
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(128 + constants.signals.SIGPIPE);
    });
  }
}

endWithReader();
try {
  await juju().parseAsync(normalized(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    console.error(`ERROR ${(error as Error).message}`);
    process.exitCode = error instanceof Refusal ? error.exitCode : 1;
  }
}
