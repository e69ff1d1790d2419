/**
 * `npm run down [-- --images]`: removes the cluster with all its data, and the registry. The pushed images stay for the next
 * `npm run up`, with --images they go as well.
 */
import { fail, optionsOr } from '../support/command-line.ts';
import { say, step } from '../support/progress.ts';
import { deleteCluster } from './cluster.ts';
import { removeRegistry } from './registry.ts';
import { requireAll } from './requirements.ts';

const options = optionsOr('npm run down', { images: false });
try {
  await requireAll({ programs: ['docker', 'kind'], anyVersion: true });
  await step('Deleting the cluster', deleteCluster);
  const keptMb = await step('Removing the registry', () => removeRegistry(options));
  if (keptMb > 0)
    say(
      `The next npm run up uses the pushed images again (${keptMb} MB). To remove them: npm run down -- --images`,
    );
} catch (error) {
  fail(error);
}
