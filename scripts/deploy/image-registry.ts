/** Whether images can be built for the nodes, and pushed to the registry. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, run } from '../support/run.ts';
import { images } from './names.ts';

/** The tag of the image that is pushed as a test. */
const tag = 'push-check';

/**
 * Pushes a tiny image under each of the names. Only the registry knows whether that works: it depends on credentials,
 * on their rights, and in some registries on repositories that have to exist.
 * @returns one line for each thing that is in the way.
 */
export async function pushProblems(repository: string): Promise<string[]> {
  const names = images.map((name) => `${repository}/${name}:${tag}`);
  const folder = await mkdtemp(join(tmpdir(), 'shop-push-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
    await run('docker', ['build', '--quiet', ...names.flatMap((name) => ['--tag', name]), folder]);
    const outcomes = await Promise.all(names.map((name) => push(name)));
    const failed = outcomes.filter((outcome) => outcome !== undefined);
    const [first] = failed;
    if (first === undefined) return [];
    const which = failed.length === names.length ? '' : ` (${failed.length} of ${names.length} images)`;
    return [`The registry takes no images${which}: ${first}. ${remedy(repository)}`];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [`Whether the registry takes images was not found out: ${lastLine(error.output)}`];
  } finally {
    await run('docker', ['image', 'rm', '--force', ...names]).catch(() => undefined);
    await rm(folder, { recursive: true });
  }
}

/** @returns why it failed. */
async function push(name: string): Promise<string | undefined> {
  try {
    await run('docker', ['push', '--quiet', name]);
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return `${name}: ${lastLine(error.output)}`;
    throw error;
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';

function remedy(repository: string): string {
  const [host = ''] = repository.split('/');
  const path = repository.slice(host.length + 1);
  const [, region] = /\.dkr\.ecr\.([\w-]+)\.amazonaws\.com/.exec(host) ?? [];
  if (region !== undefined)
    return (
      `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${host}; and each image ` +
      `wants a repository: for name in ${images.join(' ')}; do aws ecr create-repository --region ${region} --repository-name ${path}/$name; done`
    );
  if (/(^|\.)gcr\.io$|-docker\.pkg\.dev$/.test(host)) return `gcloud auth configure-docker ${host}`;
  const [, azure] = /^([\w-]+)\.azurecr\.io$/.exec(host) ?? [];
  if (azure !== undefined) return `az acr login --name ${azure}`;
  if (/^localhost:|^127\./.test(host)) return `Is it running? curl http://${host}/v2/`;
  return `Log in to it: docker login ${host}`;
}

/**
 * Whether this machine can build for these platforms, natively or by emulation. @returns one line for each that it
 * cannot.
 */
export async function platformProblems(platforms: readonly string[]): Promise<string[]> {
  let said: string;
  try {
    said = await run('docker', ['buildx', 'inspect']);
  } catch (error) {
    if (error instanceof CommandError) return [];
    throw error;
  }
  const [, list] = /^Platforms:(.+)$/m.exec(said) ?? [];
  if (list === undefined) return [];
  const able = new Set(list.split(',').map((name) => name.replace('*', '').trim()));
  const missing = platforms.filter((platform) => !able.has(platform));
  if (missing.length === 0) return [];
  const architectures = missing.map((platform) => platform.split('/')[1]).join(',');
  return [
    `Nodes need images for ${missing.join(' and ')}, which cannot be built here. Install the emulation: docker run --privileged ` +
      `--rm tonistiigi/binfmt --install ${architectures}   Or build on such a machine`,
  ];
}
