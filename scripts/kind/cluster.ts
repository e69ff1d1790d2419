import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, run } from '../support/run.ts';
import { say } from '../support/progress.ts';
import { kubectl } from './kubectl.ts';
import { cluster, context, paths } from './names.ts';
import { SetUpError } from '../support/command-line.ts';
import { sayingWhatFor } from '../cluster/waiting.ts';

/** How long new or restarted nodes may take to become ready. They pull no images in that time. */
const patienceMs = 300_000;

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
 * Ensures that the cluster runs: creates it, or starts the nodes of one that was stopped.
 * @param onNodes called where it is created, once the containers of its nodes run; they do not know each other yet.
 * @throws {SetUpError} when a cluster of that name is there and cannot be used.
 */
export async function ensureCluster(onNodes: () => void = () => {}): Promise<void> {
  if ((await findNodes()).length === 0) await createCluster(onNodes);
  else await startStopped();
  // KUBECONFIG may be another file than when the cluster was made.
  if (!(await contextNames()).includes(context))
    await run('kind', ['export', 'kubeconfig', '--name', cluster]);
  // Wait for all nodes: otherwise most pods would be scheduled on the first ones.
  await waitUntilUsable(await findNodes());
}

async function createCluster(onNodes: () => void): Promise<void> {
  let doing: string | undefined;
  const create = () =>
    run('kind', ['create', 'cluster', '--config', paths.kind], {
      onLine: (line) => {
        const [, mark, step = ''] = / ([•✓]) (.*)/u.exec(line) ?? [];
        // Without the emoji at its end.
        const what = /^.*[\w)]/u.exec(step)?.[0];
        if (mark === '✓') say(`  kind: ${what}`);
        if (mark === '✓' && what === 'Preparing nodes') onNodes();
        doing = mark === '✓' ? undefined : (what ?? doing);
      },
    });
  try {
    await sayingWhatFor(() => doing && `kind is at: ${doing} (the node image is downloaded once)`, create);
  } catch (error) {
    // A half-made cluster would block the next attempt.
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

async function waitUntilUsable(containers: readonly string[]): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let waitsFor: string | undefined;
  const wait = async () => {
    for (;;) {
      const { reason, final } = await obstacle(containers);
      waitsFor = reason;
      if (reason === undefined) return;
      if (final || Date.now() > deadline)
        throw new SetUpError(
          `There is a kind cluster "${cluster}" that cannot be used: ${reason}. ` +
            `Remove it with \`npm run down\` (its data goes, too), and run this again.`,
        );
      await delay(1000);
    }
  };
  await sayingWhatFor(() => waitsFor && `waiting: ${waitsFor}`, wait);
}

/** Why the cluster cannot be used yet; `final` where waiting does not help. */
async function obstacle(containers: readonly string[]): Promise<{ reason?: string; final?: boolean }> {
  let output: string;
  try {
    output = await kubectl(['get', 'nodes', '--request-timeout=5s', '--output', `jsonpath=${nodeLines}`]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { reason: `its API does not answer (${error.output.split('\n').at(-1)})` };
  }
  const nodes = output
    .split(';')
    .filter((line) => line !== '')
    .map((line) => line.split('=') as [string, string]);
  const known = new Set(nodes.map(([name]) => name));
  const gone = [...known].filter((name) => !containers.includes(name));
  if (gone.length > 0) return { reason: `the container of ${gone.join(', ')} is gone`, final: true };
  const waiting = [
    ...nodes.filter(([, ready]) => ready !== 'True').map(([name]) => name),
    ...containers.filter((name) => !known.has(name)),
  ];
  return waiting.length > 0 ? { reason: `${waiting.join(', ')} is not ready` } : {};
}

/** `shop-worker=True;` for each node. */
const nodeLines = '{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status};{end}';

export async function deleteCluster(): Promise<void> {
  await run('kind', ['delete', 'cluster', '--name', cluster]);
}
