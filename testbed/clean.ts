import { Command } from 'commander';
import { removeEverything } from './machines/index.ts';

const program = new Command('testbed:clean')
  .description(
    'Removes all models of the testbed from this computer: machines, volumes, networks and their state.',
  )
  .option('--images', 'remove the cached images and package archives too')
  .parse();

try {
  await removeEverything({ images: program.opts<{ images?: boolean }>().images === true });
  console.log('The testbed has left this computer.');
} catch (error) {
  program.error(`testbed:clean: ${(error as Error).message}`);
}
