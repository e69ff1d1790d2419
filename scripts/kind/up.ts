/**
 * `npm run up [-- --profile dev|e2e|prod] [--with monitoring,autoscaling] [--force]`: the shop on a kind cluster. Run again,
 * it changes only what has changed. With --force it goes on though something that it needs is missing.
 */
import { relative } from 'node:path';
import { seed, SeedError } from '../seed/seed.ts';
import { curlHints } from '../support/hints.ts';
import { say, step, timeline } from '../support/progress.ts';
import { CommandError } from '../support/run.ts';
import { type AddOn, addOns, applyAddOns, profileWith, readAddOns, waitForAddOns } from './add-ons.ts';
import { trustAuthority } from './certificates.ts';
import { ensureCluster, findNodes } from './cluster.ts';
import { diagnose } from '../cluster/diagnosis.ts';
import { applyPlatform, waitForPlatform } from './platform.ts';
import { kubectl } from './kubectl.ts';
import { baseUrl, context, ports, registry, paths } from './names.ts';
import { policiesAreEnforced, policiesNotEnforced } from './policies.ts';
import { prepare } from './prepare.ts';
import { connectRegistry, pullImages, registryIsThere, startRegistry } from './registry.ts';
import { requireAll } from './requirements.ts';
import { ensureSecrets, readWriteToken } from './secrets.ts';
import { exitCodeOf, explain, parseOptions, UsageError } from '../support/command-line.ts';
import { buildImages, deploy, profiles, renderManifests, type Profile } from './skaffold.ts';

const usage = `Usage: npm run up [-- [--profile ${profiles.join('|')}] [--with ${addOns.join(',')}] [--force]]     (default: e2e)`;

/** What a write needs, for the hints below. */
const tokenCommand =
  `export SHOP_TOKEN=$(kubectl --context ${context} --namespace shop get secret write-token ` +
  `--output jsonpath={.data.token} | base64 --decode | head -n 1)`;

interface Choice {
  readonly profile: Profile;
  readonly chosen: readonly AddOn[];
  readonly force: boolean;
}

function readChoice(args: string[]): Choice {
  const options = {
    profile: { type: 'string', default: 'e2e' },
    with: { type: 'string', multiple: true, default: [] as string[] },
    force: { type: 'boolean', default: false },
  } as const;
  const { values } = parseOptions({ args, options }, usage);
  const profile = profiles.find((name) => name === values.profile);
  if (profile === undefined)
    throw new UsageError(`--profile must be ${profiles.join(' or ')}, not "${values.profile}".\n\n${usage}`);
  return { profile, chosen: readAddOns(values.with), force: values.force };
}

async function up({ profile, chosen, force }: Choice): Promise<void> {
  const deployed = profileWith(profile, chosen);
  await step('Checking the requirements', () => requireEverything(force));
  await step('Starting the registry', () => startRegistry());
  await prepare({
    buildImages: () => step('Building the images', () => buildImages(profile)),
    renderManifests: () => step('Rendering the manifests', () => renderManifests(deployed)),
    ensureCluster: (onNodes) => step('Making sure of the cluster', () => ensureCluster(onNodes)),
    connectRegistry: () => step('Connecting the registry', connectRegistry),
    pullImages: () => step('Pulling the images onto the nodes', () => pullImages(paths.images)),
    applyToCluster: [
      () => step('Applying DNS and the Ingress controller', applyPlatform),
      () => step('Making sure of the secrets', ensureSecrets),
    ],
  });
  await inCluster(async () => {
    const added = chosen.join(' and ');
    if (added) await step(`Applying ${added}`, () => applyAddOns(chosen));
    const applied = await step(`Deploying the shop (${profile})`, () => deploy(deployed));
    if (applied === 'nothing') say('  nothing has changed, and all pods are ready');
    await step('Waiting for DNS and the Ingress controller', waitForPlatform);
    if (added) await step(`Waiting for ${added}`, () => waitForAddOns(chosen));
    const [{ created }] = await Promise.all([
      step('Filling the shop', fill),
      // Other images of services change no policy.
      applied === 'everything' ? tryPolicies(profile) : undefined,
    ]);
    say(
      created === 0 ? 'It has users already: nothing was added' : `It has ${created} more users and products`,
    );
  });
  process.stderr.write(`\n${timeline().join('\n')}\n`);
}

/** Only a new cluster needs free ports, and room on the machine. */
async function requireEverything(force: boolean): Promise<void> {
  const [hasCluster, hasRegistry] = await Promise.all(
    [findNodes().then((nodes) => nodes.length > 0), registryIsThere()].map(orNo),
  );
  const advice = await requireAll({
    programs: ['docker', 'buildx', 'kind', 'kubectl', 'skaffold', 'openssl'],
    ports: [...(hasCluster ? [] : Object.values(ports)), ...(hasRegistry ? [] : [registry.port])],
    machine: !hasCluster,
    force,
  });
  for (const line of advice) say(`  ${line}`);
}

/** Without an engine there is no cluster and no registry. The requirements report the missing engine. */
const orNo = (found: Promise<boolean>): Promise<boolean> =>
  found.catch((error: unknown) => {
    if (error instanceof CommandError) return false;
    throw error;
  });

/** Warns where the cluster does not enforce network policies. Does not fail where that cannot be tried. */
async function tryPolicies(profile: Profile): Promise<void> {
  if (profile === 'dev') return;
  const enforced = await step('Trying the network policies', policiesAreEnforced).catch((error: unknown) => {
    if (error instanceof CommandError) return true;
    throw error;
  });
  if (!enforced) say(policiesNotEnforced);
}

async function fill(): Promise<{ created: number }> {
  await trustAuthority();
  return seed(baseUrl, { token: await readWriteToken() });
}

/** Prints the state of the pods when the work fails. */
async function inCluster(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`\n${await diagnose(kubectl, ['shop', 'traefik'])}\n\n`);
    throw error;
  }
}

try {
  await up(readChoice(process.argv.slice(2)));
  process.stdout.write(
    [
      '',
      `The shop is open: ${baseUrl}`,
      `  ${tokenCommand}`,
      ...curlHints(baseUrl, {
        authority: relative(process.cwd(), paths.authorityCertificate),
        token: true,
      }).map((line) => `  ${line}`),
      `  kubectl --context ${context} --namespace shop get pods`,
      '',
    ].join('\n'),
  );
} catch (error) {
  process.stderr.write(`\n${error instanceof SeedError ? error.message : explain(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
