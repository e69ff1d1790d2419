import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, run } from '../support/run.ts';
import { say } from '../support/progress.ts';
import { kubectl } from './kubectl.ts';
import { cluster, context, paths, ports } from './names.ts';
import { requireFreePorts } from './requirements.ts';
import { SetUpError } from './set-up-error.ts';

/** How long new nodes, and nodes that were stopped, may take to be ready. */
const patienceMs = 120_000;

/** Names of the cluster's nodes, which are containers; none when there is no cluster. */
export async function findNodes(): Promise<string[]> {
  const output = await run('docker', [
    'ps',
    '--all',
    '--filter',
    `label=io.x-k8s.kind.cluster=${cluster}`,
    '--format',
    '{{.Names}}',
  ]);
  return output.split('\n').filter((name) => name !== '');
}

/**
 * Makes sure that the cluster runs: creates it, or brings back one whose nodes were stopped.
 * @throws {SetUpError} when a cluster of that name is there and cannot be used.
 */
export async function ensureCluster(): Promise<void> {
  if ((await findNodes()).length === 0) await createCluster();
  else await startStopped();
  // Another kubeconfig may be in use than when the cluster was made.
  if (!(await contextNames()).includes(context))
    await run('kind', ['export', 'kubeconfig', '--name', cluster]);
  // All nodes, or pods would crowd on those that were ready first.
  await waitUntilUsable((await findNodes()).length);
}

async function createCluster(): Promise<void> {
  await requireFreePorts(Object.values(ports));
  try {
    await run('kind', ['create', 'cluster', '--config', paths.kind], {
      onLine: (line) => {
        const [, done] = / ✓ (.+?)[^\w)]*$/u.exec(line) ?? [];
        if (done !== undefined) say(`  kind: ${done}`);
      },
    });
  } catch (error) {
    // Half a cluster would be in the way of the next try.
    if (error instanceof CommandError) await deleteCluster().catch(() => {});
    throw error;
  }
}

async function startStopped(): Promise<void> {
  const output = await run('docker', [
    'ps',
    '--all',
    '--filter',
    `label=io.x-k8s.kind.cluster=${cluster}`,
    '--filter',
    'status=exited',
    '--filter',
    'status=created',
    '--format',
    '{{.Names}}',
  ]);
  const stopped = output.split('\n').filter((name) => name !== '');
  if (stopped.length === 0) return;
  say(`  starting nodes that were stopped: ${stopped.join(', ')}`);
  await run('docker', ['start', ...stopped]);
}

const contextNames = async (): Promise<string[]> =>
  (await run('kubectl', ['config', 'get-contexts', '--output', 'name'])).split('\n');

async function waitUntilUsable(nodeCount: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const reason = await obstacle(nodeCount);
    if (reason === undefined) return;
    if (Date.now() > deadline)
      throw new SetUpError(
        `There is a kind cluster "${cluster}" that cannot be used: ${reason}. ` +
          `Remove it with \`npm run down\` (its data goes, too), and run this again.`,
      );
    await delay(1000);
  }
}

async function obstacle(nodeCount: number): Promise<string | undefined> {
  try {
    const output = await kubectl([
      'get',
      'nodes',
      '--request-timeout=5s',
      '--output',
      'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status} {end}',
    ]);
    const ready = output.split(' ').filter((status) => status === 'True').length;
    return ready === nodeCount ? undefined : `${ready} of its ${nodeCount} nodes are ready`;
  } catch (error) {
    if (error instanceof CommandError) return `its API does not answer (${error.output.split('\n').at(-1)})`;
    throw error;
  }
}

export async function deleteCluster(): Promise<void> {
  await run('kind', ['delete', 'cluster', '--name', cluster]);
}
