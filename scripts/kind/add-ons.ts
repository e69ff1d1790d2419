/** What is installed beside the shop on request: `npm run up -- --with NAME`. */
import { kubectl } from './kubectl.ts';
import { paths } from './names.ts';
import { SetUpError, UsageError } from '../support/command-line.ts';
import type { DeployedProfile, Profile } from './skaffold.ts';
import { rolloutTimeout, sayingWhichPods } from '../cluster/waiting.ts';

export const addOns = ['monitoring', 'autoscaling'] as const;
export type AddOn = (typeof addOns)[number];

interface Part {
  readonly kustomization: string;
  /** Namespace and workload of all that must be ready. */
  readonly rollouts: readonly (readonly [string, string])[];
  /** A manifest that is applied once they are. */
  readonly afterwards?: string;
}

/** What each brings to the cluster. */
const parts: Readonly<Record<AddOn, Part>> = {
  monitoring: {
    kustomization: `${paths.root}k8s/platform/monitoring`,
    rollouts: [
      ['monitoring', 'statefulset/prometheus'],
      ['monitoring', 'deployment/kube-state-metrics'],
      ['node-exporter', 'daemonset/node-exporter'],
    ],
  },
  autoscaling: {
    kustomization: `${paths.root}k8s/platform/metrics-server`,
    rollouts: [['kube-system', 'deployment/metrics-server']],
    afterwards: `${paths.root}k8s/platform/metrics-server/api-service.yaml`,
  },
};

/**
 * Reads `--with`, which may be given several times, and hold several names with commas.
 * @throws {UsageError} naming what does not exist.
 */
export function readAddOns(values: readonly string[]): readonly AddOn[] {
  const names = new Set(values.flatMap((value) => value.split(',')).map((name) => name.trim()));
  const unknown = [...names].filter((name) => !addOns.some((known) => known === name));
  if (unknown.length > 0)
    throw new UsageError(`There is no add-on "${unknown.join('", "')}": --with takes ${addOns.join(', ')}`);
  return addOns.filter((name) => names.has(name));
}

/**
 * The profile of skaffold.yaml that deploys the shop with these add-ons.
 * @throws {SetUpError} where the profile does not support one of them.
 */
export function profileWith(profile: Profile, chosen: readonly AddOn[]): DeployedProfile {
  if (!chosen.includes('autoscaling')) return profile;
  if (profile === 'dev')
    throw new SetUpError('The profile dev has one pod of each service: --with autoscaling needs e2e or prod');
  return `${profile}-autoscaling`;
}

/** Applies them, and what they need before the shop is deployed. The namespace `shop` has to be there. */
export async function applyAddOns(chosen: readonly AddOn[]): Promise<void> {
  for (const name of chosen) await kubectl(['apply', '--kustomize', parts[name].kustomization]);
  if (chosen.includes('autoscaling')) await handOverReplicas();
}

/** Resolves when all their pods are ready and their `afterwards` is applied. */
export async function waitForAddOns(chosen: readonly AddOn[]): Promise<void> {
  for (const { rollouts, afterwards } of chosen.map((name) => parts[name])) {
    const namespaces = rollouts.map(([namespace]) => namespace);
    await sayingWhichPods(kubectl, namespaces, async () => {
      for (const [namespace, object] of rollouts)
        await kubectl(['--namespace', namespace, 'rollout', 'status', object, rolloutTimeout]);
    });
    if (afterwards !== undefined) await kubectl(['apply', '--filename', afterwards]);
  }
}

/**
 * Makes `kubectl apply` forget the replica count that it has set for each service. Otherwise the next apply, with a
 * manifest without a count, would remove the count and leave the default of one pod.
 */
export async function handOverReplicas(namespace = 'shop'): Promise<void> {
  const within = ['--namespace', namespace];
  const names = await kubectl([...within, 'get', 'deployment', '--selector=tier=service', '--output=name']);
  for (const name of names.split('\n').filter(Boolean)) {
    const applied = await kubectl([...within, 'apply', 'view-last-applied', name, '--output=json']);
    const { spec, ...rest } = JSON.parse(applied) as { readonly spec: { readonly replicas?: number } };
    if (spec.replicas === undefined) continue;
    const { replicas: _, ...others } = spec;
    const input = JSON.stringify({ ...rest, spec: others });
    await kubectl([...within, 'apply', 'set-last-applied', '--filename=-'], { input });
  }
}
