/** The registry beside the cluster: a push moves the layers that changed, where `kind load` copies whole images. */
import { readFile } from 'node:fs/promises';
import { CommandError, run, succeeds } from '../support/run.ts';
import { cluster, registry } from './names.ts';
import { requireFreePorts } from './requirements.ts';
import { SetUpError } from '../support/command-line.ts';

/** Where the registry keeps what was pushed. */
const storage = '/var/lib/registry';
/** What it may keep for the next cluster, in MB. The images of the shop are about 200, and each edit adds one or two. */
const keptMb = 2000;

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

/**
 * Starts the registry if it does not run. A registry of this common name is used even if another project made it.
 * @param port on this machine.
 */
export async function startRegistry(port: number = registry.port): Promise<void> {
  const state = await inspect('{{.State.Running}} {{json .HostConfig.PortBindings}}');
  if (state === undefined) {
    await requireFreePorts([port]);
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
      `127.0.0.1:${port}:5000`,
      '--volume',
      `${registry.volume}:${storage}`,
      registry.image,
    ]);
    return;
  }
  if (!state.includes(`"HostPort":"${port}"`))
    throw new SetUpError(
      `A container ${registry.container} exists that does not publish port ${port}. ` +
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

/**
 * Removes the registry, if it is one of ours. What was pushed stays for the next cluster, if it is not too much.
 * @param options.images also removes what was pushed.
 * @returns the MB that stay.
 */
export async function removeRegistry({ images }: { readonly images: boolean }): Promise<number> {
  const [key] = registry.label.split('=');
  const isOurs = (await inspect(`{{index .Config.Labels "${key}"}}`)) === 'true';
  const used = isOurs && !images ? await usedMb() : undefined;
  if (isOurs) await run('docker', ['rm', '--force', '--volumes', registry.container]);
  if (used !== undefined && used <= keptMb) return used;
  // Without --force an absent volume is an error.
  if (isOurs || images) await run('docker', ['volume', 'rm', '--force', registry.volume]);
  return 0;
}

/** @returns undefined where the registry cannot say it, as it does not run. */
async function usedMb(): Promise<number | undefined> {
  try {
    const said = await run('docker', ['exec', registry.container, 'du', '-sm', storage]);
    return Number.parseInt(said, 10);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
