/** A cluster without this project's scripts: made by the commands of kind and docker, with a registry beside it. */
import { fileURLToPath } from 'node:url';
import { kubectlOn } from '../../scripts/cluster/kubectl.ts';
import { CommandError, run } from '../../scripts/support/run.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}tests/deploy/plain/`;

export const plain = {
  cluster: 'plain',
  context: 'kind-plain',
  registry: 'localhost:5002/any/shop',
  ingressClass: 'edge',
  url: 'https://localhost:9443',
  plainUrl: 'http://localhost:9080',
} as const;

const registry = { container: 'plain-registry', port: 5002 };
export const kubectl = kubectlOn(plain.context);

/** The steps of kind's documentation: https://kind.sigs.k8s.io/docs/user/local-registry/ */
export async function createPlainCluster(): Promise<void> {
  await removePlainCluster();
  const published = `127.0.0.1:${registry.port}:5000`;
  await run('docker', [
    'run',
    '--detach',
    '--name',
    registry.container,
    '--publish',
    published,
    'registry:3',
  ]);
  await run('kind', ['create', 'cluster', '--config', `${folder}kind.yaml`], { cwd: root });
  await run('docker', ['network', 'connect', 'kind', registry.container]);
  const hosts = `/etc/containerd/certs.d/localhost:${registry.port}`;
  await run(
    'docker',
    [
      'exec',
      '--interactive',
      `${plain.cluster}-control-plane`,
      'sh',
      '-c',
      `mkdir -p ${hosts} && cat >${hosts}/hosts.toml`,
    ],
    { input: `[host."http://${registry.container}:5000"]\n` },
  );
  await kubectl(['apply', '--filename', `${folder}traefik.yaml`]);
  await kubectl(['--namespace=edge-system', 'rollout', 'status', 'deployment/edge', '--timeout=5m']);
}

export async function removePlainCluster(): Promise<void> {
  await run('kind', ['delete', 'cluster', '--name', plain.cluster]);
  await run('docker', ['rm', '--force', '--volumes', registry.container]).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
  });
  // skaffold and the check of the registry leave image names in the engine.
  const images = await run('docker', ['images', '--quiet', `--filter=reference=${plain.registry}/*`]);
  const ids = [...new Set(images.split('\n').filter(Boolean))];
  if (ids.length > 0) await run('docker', ['image', 'rm', '--force', ...ids]);
}
