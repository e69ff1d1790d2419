/** `npm run down`: removes the cluster with all its data, and the registry. */
import { step } from '../support/progress.ts';
import { deleteCluster } from './cluster.ts';
import { removeRegistry } from './registry.ts';
import { requireAll } from './requirements.ts';
import { explain } from '../support/command-line.ts';

try {
  await requireAll({ programs: ['docker', 'kind'], anyVersion: true });
  await step('Deleting the cluster', deleteCluster);
  await step('Removing the registry', removeRegistry);
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 1;
}
