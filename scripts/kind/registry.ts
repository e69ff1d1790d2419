/** The registry beside the cluster: a push moves the layers that changed, where `kind load` copies whole images. */
import { readFile } from 'node:fs/promises';
import { CommandError, run, succeeds } from '../support/run.ts';
import { cluster, registry } from './names.ts';
import { requireFreePorts } from './requirements.ts';
import { SetUpError } from '../support/command-line.ts';

const inspect = async (format: string): Promise<string | undefined> => {
  try {
    return await run('docker', ['container', 'inspect', '--format', format, registry.container]);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
};

/** Whether there is a container of its name, ours or another project's. */
export const registryIsThere = async (): Promise<boolean> => (await inspect('{{.Id}}')) !== undefined;

/** Starts the registry if it does not run. A registry of this common name is used even if another project made it. */
export async function startRegistry(): Promise<void> {
  const state = await inspect('{{.State.Running}} {{json .HostConfig.PortBindings}}');
  if (state === undefined) {
    await requireFreePorts([registry.port]);
    await run('docker', [
      'run',
      '--detach',
      '--restart',
      'unless-stopped',
      '--name',
      registry.container,
      '--label',
      registry.label,
      '--publish',
      `127.0.0.1:${registry.port}:5000`,
      registry.image,
    ]);
    return;
  }
  if (!state.includes(`"HostPort":"${registry.port}"`))
    throw new SetUpError(
      `A container ${registry.container} exists that does not publish port ${registry.port}. ` +
        `Rename or remove it (\`docker rm -f ${registry.container}\`), and run this again.`,
    );
  if (!state.startsWith('true')) await run('docker', ['start', registry.container]);
}

/** Makes the nodes pull `localhost:5001/…` from the registry. Changes nothing where they already do. */
export async function connectRegistry(): Promise<void> {
  const networks = await inspect('{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}');
  if (!networks?.split(' ').includes('kind'))
    await run('docker', ['network', 'connect', 'kind', registry.container]);

  const nodes = (await run('kind', ['get', 'nodes', '--name', cluster])).split('\n');
  const folder = `/etc/containerd/certs.d/${registry.host}`;
  const hosts = `[host."${registry.inside}"]\n`;
  await Promise.all(
    nodes.map((node) =>
      run('docker', ['exec', '-i', node, 'sh', '-c', `mkdir -p ${folder} && cat >${folder}/hosts.toml`], {
        input: hosts,
      }),
    ),
  );
}

const pull = ['ctr', '--namespace', 'k8s.io', 'images', 'pull', '--hosts-dir', '/etc/containerd/certs.d'];

/** What skaffold writes about a build, as far as it is read here. */
interface Builds {
  readonly builds: readonly { readonly tag: string }[];
}

/**
 * Pulls the built images onto the workers, one after the other on each. The kubelets would do it once they run; what does not
 * work here is left to them.
 * @param images the file that names them.
 */
export async function pullImages(images: string): Promise<void> {
  const { builds } = JSON.parse(await readFile(images, 'utf8')) as Builds;
  const nodes = (await run('kind', ['get', 'nodes', '--name', cluster])).split('\n');
  await Promise.all(
    nodes
      .filter((node) => node.includes('-worker'))
      .map(async (node) => {
        for (const { tag } of builds) {
          // Under the name by which the kubelet looks for it: with a digest the tag does not count.
          const image = tag.replace(/:[^:@/]*@/, '@');
          await succeeds('docker', ['exec', node, ...pull, image]);
        }
      }),
  );
}

/** @returns whether there was one of ours. */
export async function removeRegistry(): Promise<boolean> {
  const [key] = registry.label.split('=');
  if ((await inspect(`{{index .Config.Labels "${key}"}}`)) !== 'true') return false;
  return succeeds('docker', ['rm', '--force', '--volumes', registry.container]);
}
