/** `npm run deploy -- --context NAME --registry HOST/PATH`: the shop on a cluster that exists. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { diagnose } from '../cluster/diagnosis.ts';
import { kubectlOn, type Kubectl } from '../cluster/kubectl.ts';
import { policiesAreEnforced } from '../cluster/policies.ts';
import { ensureRandomSecrets } from '../cluster/secrets.ts';
import { buildImages, deploy as deployImages, type Place } from '../cluster/skaffold.ts';
import { context as ownContext } from '../kind/names.ts';
import { versions } from '../kind/programs.ts';
import { findProblems, refusal } from '../kind/requirements.ts';
import { say, step } from '../support/progress.ts';
import { CommandError, run } from '../support/run.ts';
import { fail, SetUpError } from '../support/command-line.ts';
import { ingressAddress } from './address.ts';
import { tryPods } from './admission.ts';
import { ensureHostCertificate } from './certificate.ts';
import { demandOf, podTemplatesOf } from './demand.ts';
import { readFacts } from './facts.ts';
import { hintsFor } from './hints.ts';
import { platformProblems, pushProblems } from './image-registry.ts';
import { judge, managedBy, ownTlsSecret, type Plan } from './judge.ts';
import { kustomizationFor } from './kustomization.ts';
import { folderOf, images, root } from './names.ts';
import type { Manifest } from '@shop/testing/kubernetes';
import { readOptions, usage, type Options } from './options.ts';

const profile = 'any-cluster';

async function deploy(options: Options): Promise<string[]> {
  const { context, host } = options;
  if (context === ownContext)
    throw new SetUpError(
      `${context} is the cluster of npm run up, which brings its registry and Ingress controller: npm run up -- --profile prod`,
    );
  const kubectl = kubectlOn(context);
  const plan = await step('Checking the cluster', () => look(kubectl, options));

  const folder = folderOf(context);
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  await writeFile(
    join(folder.path, 'kustomization.yaml'),
    kustomizationFor(plan, relative(folder.path, `${root}k8s/overlays/prod`)),
  );
  const place: Place = {
    context,
    repository: options.registry,
    images: join(folder.path, 'images.json'),
    platforms: plan.platforms,
    env: { SHOP_OVERLAY: folder.fromRoot },
  };
  await step(`Building the images for ${plan.platforms.join(' and ')}`, () => buildImages(profile, place));
  const ownCertificate = host !== undefined && plan.ingress.tlsSecret === ownTlsSecret;
  const address = await inCluster(kubectl, plan, async () => {
    await step('Creating the namespace and secrets that are missing', async () => {
      await ensureNamespace(kubectl);
      await ensureRandomSecrets(kubectl);
      const note = ownCertificate ? await ensureHostCertificate(kubectl, host, folder.path) : undefined;
      if (note !== undefined) say(`  ${note}`);
    });
    await step('Deploying the shop', () => deployImages(profile, place));
    const [found] = await Promise.all([
      step('Reading the address of the Ingress', () => ingressAddress(kubectl, plan.controllerNamespace)),
      tryPolicies(kubectl),
    ]);
    return found;
  });
  return hintsFor({
    context,
    plan,
    ...(address === undefined ? {} : { address }),
    ...(ownCertificate ? { authority: relative(process.cwd(), join(folder.path, 'ca.crt')) } : {}),
  });
}

/** Checks programs, cluster and registry. @throws {SetUpError} that names everything that is in the way. */
async function look(kubectl: Kubectl, options: Options): Promise<Plan> {
  const { registry, force, host, tlsSecret } = options;
  // Without kubectl nothing can be read; the check of programs reports that.
  const [facts, manifests] = (await hasKubectl())
    ? await Promise.all([readFacts(kubectl), renderProd()])
    : [undefined, undefined];
  const ownCertificate = host !== undefined && tlsSecret === undefined;
  const programs = await findProblems({
    programs: ['docker', 'buildx', 'kubectl', 'skaffold', ...(ownCertificate ? (['openssl'] as const) : [])],
    // kubectl's version is compared with the cluster's, which is not ours.
    wanted: { ...versions, kubernetes: facts?.version ?? versions.kubernetes },
  });
  if (facts === undefined || manifests === undefined) throw refusal(programs);

  const judged = judge(facts, options, demandOf(manifests));
  const canBuild = programs.problems.length === 0;
  const answers = facts.version !== undefined;
  const ours = new Set<string>(images);
  const [pushing, building, admission] = await Promise.all([
    canBuild ? pushProblems(registry) : [],
    canBuild ? platformProblems(judged.plan.platforms) : [],
    answers
      ? tryPods(
          kubectl,
          facts.namespace === undefined ? 'default' : 'shop',
          podTemplatesOf(manifests),
          (name) => (ours.has(name) ? `${registry}/${name}` : name),
        )
      : { problems: [], advice: [] },
  ]);
  const findings = {
    problems: [...programs.problems, ...judged.problems, ...building, ...pushing, ...admission.problems],
    advice: [...programs.advice, ...judged.advice, ...admission.advice],
  };
  const { platforms, ingress } = judged.plan;
  // Without these there is nothing to continue with.
  const possible = answers && canBuild && platforms.length > 0 && ingress.className !== '';
  if (findings.problems.length > 0 && !(force && possible))
    throw refusal(findings, possible ? 'the same command with --force' : undefined);
  for (const line of [...findings.problems, ...findings.advice]) say(`  ${line}`);
  return judged.plan;
}

const hasKubectl = (): Promise<boolean> =>
  run('kubectl', ['version', '--client']).then(
    () => true,
    (error: unknown) => {
      if (error instanceof CommandError) return false;
      throw error;
    },
  );

/** Renders the unchanged overlay, to learn what it requests. */
async function renderProd(): Promise<Manifest[]> {
  const text = await run('kubectl', ['kustomize', `${root}k8s/overlays/prod`]);
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** Before the secrets, which it contains. Its labels from the overlay are applied with everything else. */
async function ensureNamespace(kubectl: Kubectl): Promise<void> {
  const level = { enforce: 'restricted', warn: 'restricted' };
  const labels = {
    [managedBy.key]: managedBy.value,
    ...Object.fromEntries(
      Object.entries(level).map(([mode, value]) => [`pod-security.kubernetes.io/${mode}`, value]),
    ),
  };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } };
  await kubectl(['apply', '--filename', '-'], { input: JSON.stringify(namespace) });
}

async function tryPolicies(kubectl: Kubectl): Promise<void> {
  try {
    say(
      (await policiesAreEnforced(kubectl))
        ? 'Network policies are enforced'
        : 'Network policies are NOT enforced: every pod reaches every other one (docs/any-cluster.md)',
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say('It is not known whether network policies are enforced');
  }
}

/** Prints the state of the pods when the work fails. */
async function inCluster<T>(
  kubectl: Kubectl,
  { controllerNamespace }: Plan,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const namespaces = ['shop', ...(controllerNamespace === undefined ? [] : [controllerNamespace])];
    process.stderr.write(`\n${await diagnose(kubectl, namespaces)}\n\n`);
    throw error;
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(usage);
  else process.stdout.write(`\n${(await deploy(options)).join('\n')}\n`);
} catch (error) {
  fail(error);
}
