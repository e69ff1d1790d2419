import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { say } from '../support/progress.ts';
import { run } from '../support/run.ts';
import { kubectl } from './kubectl.ts';
import { context, paths, registry } from './names.ts';
import { stagesOf } from './stages.ts';

export const profiles = ['dev', 'e2e', 'prod'] as const;
export type Profile = (typeof profiles)[number];
/** With an autoscaler, the number of pods is in no manifest. */
export type DeployedProfile = Profile | `${Exclude<Profile, 'dev'>}-autoscaling`;

const common = (profile: DeployedProfile) => [
  '--filename',
  paths.skaffold,
  '--profile',
  profile,
  '--interactive=false',
];
const inRegistry = ['--default-repo', registry.host];
const quiet = { SKAFFOLD_UPDATE_CHECK: 'false' };

/** Builds what changed and pushes it to the registry. Needs no cluster. */
export async function buildImages(profile: Profile): Promise<void> {
  await mkdir(dirname(paths.images), { recursive: true });
  await run('skaffold', ['build', ...common(profile), ...inRegistry, '--file-output', paths.images], {
    env: quiet,
  });
}

/**
 * Deploys built images by digest, and waits until every pod of them is ready. Where the shop is there already it is
 * updated in stages.
 * @param images the file that {@link buildImages} has written, or one like it.
 */
export async function deploy(profile: DeployedProfile, images: string = paths.images): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'shop-'));
  try {
    const file = join(folder, 'shop.yaml');
    await render(profile, images, file);
    if (!(await isThere())) return await apply(profile, file);
    for (const [index, stage] of stagesOf(await readFile(file, 'utf8')).entries()) {
      const part = join(folder, `stage-${index}.yaml`);
      await writeFile(part, stage);
      await apply(profile, part);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const isThere = async (): Promise<boolean> =>
  (await kubectl([
    '--namespace',
    'shop',
    'get',
    'deployment',
    '--selector=tier=service',
    '--output=name',
  ])) !== '';

async function render(profile: DeployedProfile, images: string, file: string): Promise<void> {
  // By default a new id with each run, in the pods' labels: every run would replace every pod.
  const label = ['--label', 'skaffold.dev/run-id=shop'];
  const result = ['--build-artifacts', images, '--output', file];
  await run('skaffold', ['render', ...common(profile), ...inRegistry, ...label, ...result], { env: quiet });
}

async function apply(profile: DeployedProfile, manifests: string): Promise<void> {
  await run('skaffold', ['apply', ...common(profile), '--kube-context', context, manifests], {
    env: quiet,
    onLine: (line) => {
      if (/^ - .*(is ready|stabilized)/.test(line)) say(`  ${line.slice(3)}`);
    },
  });
}
