import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { say } from '../support/progress.ts';
import { run } from '../support/run.ts';
import { kubectl } from './kubectl.ts';
import { context, paths, registry } from './names.ts';
import { stagesOf } from './stages.ts';
import { sayingWhatFor, sayingWhichPods } from './waiting.ts';

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
/**
 * skaffold asks nobody for a newer version and sends no usage data, which it does by default. buildx adds no attestations:
 * they have the time of the build in them, so that unchanged content would get another digest, and every pod would be
 * replaced (docker/compose#14111).
 */
const env = {
  SKAFFOLD_UPDATE_CHECK: 'false',
  SKAFFOLD_CONFIG: paths.skaffoldSettings,
  BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
};

/** In a file that git ignores, as skaffold may write to it. `skaffold dev` has it by skaffold.env. */
async function writeSettings(): Promise<void> {
  await mkdir(dirname(paths.skaffoldSettings), { recursive: true });
  const settings = {
    global: { 'collect-metrics': false, survey: { 'disable-prompt': true } },
    kubeContexts: [],
  };
  await writeFile(paths.skaffoldSettings, stringify(settings));
}

/** Builds what changed and pushes it to the registry. Needs no cluster. */
export async function buildImages(profile: Profile): Promise<void> {
  await mkdir(dirname(paths.images), { recursive: true });
  await writeSettings();
  let latest: string | undefined;
  const build = () =>
    run('skaffold', ['build', ...common(profile), ...inRegistry, '--file-output', paths.images], {
      env,
      onLine: (line) => {
        latest = /^#\d+ (\[.*\S)/.exec(line)?.[1]?.slice(0, 100) ?? latest;
      },
    });
  await sayingWhatFor(() => latest && `building: ${latest}`, build, { everyMs: 15_000 });
}

/**
 * Deploys built images by digest, and waits until every pod of them is ready. Where the shop is there already it is
 * updated in stages.
 * @param images the file that {@link buildImages} has written, or one like it.
 */
export async function deploy(profile: DeployedProfile, images: string = paths.images): Promise<void> {
  await writeSettings();
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
  await run('skaffold', ['render', ...common(profile), ...inRegistry, ...label, ...result], { env });
}

async function apply(profile: DeployedProfile, manifests: string): Promise<void> {
  const applying = () =>
    run('skaffold', ['apply', ...common(profile), '--kube-context', context, manifests], {
      env,
      onLine: (line) => {
        if (/^ - .*(is ready|stabilized)/.test(line)) say(`  ${line.slice(3)}`);
      },
    });
  await sayingWhichPods(['shop'], applying);
}
