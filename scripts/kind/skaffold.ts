import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as skaffold from '../cluster/skaffold.ts';
import { context, paths, registry } from './names.ts';

export const profiles = ['dev', 'e2e', 'prod'] as const;
export type Profile = (typeof profiles)[number];
/** With an autoscaler, no manifest has the number of pods. */
export type DeployedProfile = Profile | `${Exclude<Profile, 'dev'>}-autoscaling`;

export const place = { context, repository: registry.host, images: paths.images };

/** Builds what changed and pushes it to the registry beside the cluster. */
export const buildImages = (profile: Profile): Promise<void> => skaffold.buildImages(profile, place);

/**
 * Writes the manifests with the built images. The same inputs have the same result, so skaffold, which takes seconds, writes
 * them once.
 * @param images the file that {@link buildImages} has written, or one like it.
 * @returns the file.
 */
export async function renderManifests(
  profile: DeployedProfile,
  images: string = paths.images,
): Promise<string> {
  const digest = createHash('sha256').update(`${profile} ${await readFile(images, 'utf8')}`);
  const inputs = globSync(['k8s/**/*.*', 'skaffold.yaml', 'scripts/cluster/skaffold.ts'], {
    cwd: paths.root,
  });
  for (const file of inputs.toSorted())
    digest.update(` ${file} `).update(await readFile(join(paths.root, file)));
  const result = join(paths.manifests, `${digest.digest('hex').slice(0, 32)}.yaml`);
  if (existsSync(result)) return result;
  await mkdir(paths.manifests, { recursive: true });
  const part = `${result}.${process.pid}`;
  await skaffold.render(profile, { ...place, images }, part);
  for (const old of await readdir(paths.manifests))
    if (old.endsWith('.yaml')) await rm(join(paths.manifests, old), { force: true });
  await rename(part, result);
  return result;
}

/**
 * Deploys built images to the cluster, and waits until every pod is ready.
 * @param images the file that {@link buildImages} has written, or one like it.
 * @returns what was applied.
 */
export const deploy = async (
  profile: DeployedProfile,
  images: string = paths.images,
): Promise<skaffold.Applied> =>
  skaffold.deployRendered(profile, place, await renderManifests(profile, images));
