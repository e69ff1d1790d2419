/** `npm run down`: removes the cluster with all its data, and the registry. */
import { step } from '../support/progress.ts';
import { CommandError } from '../support/run.ts';
import { deleteCluster } from './cluster.ts';
import { removeRegistry } from './registry.ts';
import { requireAll } from './requirements.ts';
import { SetUpError } from './set-up-error.ts';

try {
  await requireAll({ programs: ['docker', 'kind'], anyVersion: true });
  await step('Deleting the cluster', deleteCluster);
  await step('Removing the registry', removeRegistry);
} catch (error) {
  if (error instanceof CommandError)
    process.stderr.write(`\n${error.output}\n\nThis command failed: ${error.message}\n`);
  else if (error instanceof SetUpError) process.stderr.write(`\n${error.message}\n`);
  else throw error;
  process.exitCode = 1;
}
