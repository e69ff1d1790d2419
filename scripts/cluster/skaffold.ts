/** Building the shop's images and deploying them, on any cluster. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { say } from '../support/progress.ts';
import { run } from '../support/run.ts';
import { kubectlOn, type Kubectl } from './kubectl.ts';
import { stagesOf } from './stages.ts';
import { findUnsettled, namesIn } from './unsettled.ts';
import { sayingWhatFor, sayingWhichPods } from './waiting.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where images are pushed and deployed. */
export interface Place {
  readonly context: string;
  /** Registry and path: images are named `<repository>/user` and so on. */
  readonly repository: string;
  /** The file that says which images were built, for the step that deploys them. */
  readonly images: string;
  /** As `linux/arm64`; without any, images are for the machine that builds them. */
  readonly platforms?: readonly string[];
  /** In addition to skaffold's own environment, for skaffold.yaml. */
  readonly env?: Readonly<Record<string, string>>;
}

/** skaffold's settings for this project, instead of the user's own. */
const settingsFile = `${root}.shop/skaffold.yaml`;

/**
 * skaffold does not look for a newer version and sends no usage data, which it does by default. buildx adds no attestations:
 * they have the time of the build in them, so that unchanged content would get another digest, and every pod would be
 * replaced (docker/compose#14111).
 */
const environment = ({ env }: Place) => ({
  SKAFFOLD_UPDATE_CHECK: 'false',
  SKAFFOLD_CONFIG: settingsFile,
  BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  ...env,
});
const common = (profile: string) => [
  '--filename',
  `${root}skaffold.yaml`,
  '--profile',
  profile,
  '--interactive=false',
];
const inRepository = ({ repository }: Place) => ['--default-repo', repository];
const onCluster = ({ context }: Place) => ['--kube-context', context];

/** How `skaffold dev` runs: it ends without a change to the shop, and sees a changed file at once. */
export const developmentArguments = (profile: string, place: Place): readonly string[] => [
  ...common(profile),
  ...inRepository(place),
  ...onCluster(place),
  '--label=skaffold.dev/run-id=shop',
  '--cleanup=false',
  '--tail=false',
  '--trigger=notify',
  '--watch-poll-interval=50',
];
export const developmentEnvironment = environment;

/** In a file that git ignores, as skaffold may write to it. `skaffold dev` has it by skaffold.env. */
export async function writeSettings(): Promise<void> {
  await mkdir(dirname(settingsFile), { recursive: true });
  const settings = {
    global: { 'collect-metrics': false, survey: { 'disable-prompt': true } },
    kubeContexts: [],
  };
  await writeFile(settingsFile, stringify(settings));
}

/** Builds what changed and pushes it to the registry. Needs no cluster. */
export async function buildImages(profile: string, place: Place): Promise<void> {
  const { images, platforms = [] } = place;
  await mkdir(dirname(images), { recursive: true });
  await writeSettings();
  let latest: string | undefined;
  const forPlatforms = platforms.length === 0 ? [] : ['--platform', platforms.join(',')];
  const result = ['--file-output', images];
  const build = () =>
    run('skaffold', ['build', ...common(profile), ...inRepository(place), ...forPlatforms, ...result], {
      env: environment(place),
      cwd: root,
      onLine: (line) => {
        latest = /^#\d+ (\[.*\S)/.exec(line)?.[1]?.slice(0, 100) ?? latest;
      },
    });
  await sayingWhatFor(() => latest && `building: ${latest}`, build, { everyMs: 15_000 });
}

/** Of the manifests: all of them, services alone, or none. */
export type Applied = 'everything' | 'services' | 'nothing';

/**
 * Deploys built images by digest, and waits until every pod of them is ready. Where the shop is there already it is
 * updated in stages, and only those of them are applied that change something or have pods that are not ready.
 * @returns what was applied.
 */
export async function deploy(profile: string, place: Place): Promise<Applied> {
  const folder = await mkdtemp(join(tmpdir(), 'shop-'));
  try {
    const file = join(folder, 'shop.yaml');
    await render(profile, place, file);
    return await deployRendered(profile, place, file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The same with manifests that {@link render} has written. */
export async function deployRendered(profile: string, place: Place, file: string): Promise<Applied> {
  await writeSettings();
  const kubectl = kubectlOn(place.context);
  if (!(await isThere(kubectl))) {
    await apply(profile, place, file);
    return 'everything';
  }
  const unsettled = await findUnsettled(kubectl, file);
  let applied: Applied = 'nothing';
  const folder = await mkdtemp(join(tmpdir(), 'shop-'));
  try {
    for (const [index, stage] of stagesOf(await readFile(file, 'utf8')).entries()) {
      if (unsettled !== undefined && !namesIn(stage).some((name) => unsettled.has(name))) continue;
      const part = join(folder, `stage-${index}.yaml`);
      await writeFile(part, stage);
      await apply(profile, place, part);
      // The first stage is all that is not a service.
      if (applied !== 'everything') applied = index === 0 ? 'everything' : 'services';
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return applied;
}

const isThere = async (kubectl: Kubectl): Promise<boolean> =>
  (await kubectl([
    '--namespace',
    'shop',
    'get',
    'deployment',
    '--selector=tier=service',
    '--output=name',
  ])) !== '';

/** Writes the manifests with the built images into the file. Needs no cluster. */
export async function render(profile: string, place: Place, file: string): Promise<void> {
  await writeSettings();
  // By default a new id with each run, in the pods' labels: every run would replace every pod.
  const label = ['--label', 'skaffold.dev/run-id=shop'];
  const result = ['--build-artifacts', place.images, '--output', file];
  await run('skaffold', ['render', ...common(profile), ...inRepository(place), ...label, ...result], {
    env: environment(place),
    cwd: root,
  });
}

async function apply(profile: string, place: Place, manifests: string): Promise<void> {
  const applying = () =>
    run('skaffold', ['apply', ...common(profile), ...onCluster(place), manifests], {
      env: environment(place),
      cwd: root,
      onLine: (line) => {
        if (/^ - .*(is ready|stabilized)/.test(line)) say(`  ${line.slice(3)}`);
      },
    });
  await sayingWhichPods(kubectlOn(place.context), ['shop'], applying);
}
