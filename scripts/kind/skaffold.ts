import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { say } from '../support/progress.ts';
import { run } from '../support/run.ts';
import { context, paths, registry } from './names.ts';

export const profiles = ['dev', 'e2e', 'prod'] as const;
export type Profile = (typeof profiles)[number];
/** With an autoscaler, the number of pods is in no manifest. */
export type DeployedProfile = Profile | `${Exclude<Profile, 'dev'>}-autoscaling`;

const common = (profile: DeployedProfile) => [
  '--filename',
  paths.skaffold,
  '--profile',
  profile,
  '--default-repo',
  registry.host,
  '--interactive=false',
];
const quiet = { SKAFFOLD_UPDATE_CHECK: 'false' };

/** Builds what changed and pushes it to the registry. Needs no cluster. */
export async function buildImages(profile: Profile): Promise<void> {
  await mkdir(dirname(paths.images), { recursive: true });
  await run('skaffold', ['build', ...common(profile), '--file-output', paths.images], { env: quiet });
}

/** Deploys the built images by digest, and waits until every pod of them is ready. */
export async function deploy(profile: DeployedProfile): Promise<void> {
  await run(
    'skaffold',
    [
      'deploy',
      ...common(profile),
      '--build-artifacts',
      paths.images,
      '--kube-context',
      context,
      // By default a new id with each run, in the pods' labels: every run would replace every pod.
      '--label',
      'skaffold.dev/run-id=shop',
    ],
    {
      env: quiet,
      onLine: (line) => {
        if (/^ - .*(is ready|stabilized)/.test(line)) say(`  ${line.slice(3)}`);
      },
    },
  );
}
