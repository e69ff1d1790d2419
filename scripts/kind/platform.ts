/** What the shop needs in the cluster: DNS and an Ingress controller. */
import { kubectl } from './kubectl.ts';
import { paths } from './names.ts';
import { rolloutTimeout, sayingWhichPods } from '../cluster/waiting.ts';

/** Applies both; changes nothing where they are up to date. `waitForPlatform` waits until they are ready. */
export async function applyPlatform(): Promise<void> {
  await Promise.all([
    patchDns('deployment/coredns', 'deployment-patch.yaml'),
    patchDns('service/kube-dns', 'service-patch.yaml'),
    kubectl(['apply', '--kustomize', paths.traefik]),
    unlimitKindnet(),
  ]);
}

const patchDns = (object: string, file: string): Promise<string> =>
  kubectl(['--namespace', 'kube-system', 'patch', object, '--patch-file', `${paths.dns}/${file}`]);

export async function waitForPlatform(): Promise<void> {
  await sayingWhichPods(kubectl, ['kube-system', 'traefik'], () =>
    Promise.all([
      waitForRollout('kube-system', 'deployment/coredns'),
      waitForRollout('traefik', 'deployment/traefik'),
    ]),
  );
}

const waitForRollout = (namespace: string, object: string): Promise<string> =>
  kubectl(['--namespace', namespace, 'rollout', 'status', object, rolloutTimeout]);

interface DaemonSet {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly resources?: { readonly limits?: object } }[];
      };
    };
  };
}

/**
 * Node images before kind 0.33 limit kindnet to 100m CPU and 50Mi. kindnet enforces the network policies, and with
 * these limits it loses connections under load (kubernetes-sigs/kind#4220, #4222).
 */
async function unlimitKindnet(): Promise<void> {
  const object = ['--namespace', 'kube-system', 'get', 'daemonset', 'kindnet', '--ignore-not-found'];
  const found = await kubectl([...object, '--output=json']);
  const patch = found === '' ? [] : removedLimits(JSON.parse(found) as DaemonSet);
  if (patch.length === 0) return;
  const change = ['patch', 'daemonset', 'kindnet', '--type=json', '--patch', JSON.stringify(patch)];
  await kubectl(['--namespace', 'kube-system', ...change]);
}

/** A JSON patch that removes the limits of every container that has any. */
export const removedLimits = ({ spec }: DaemonSet): { readonly op: 'remove'; readonly path: string }[] =>
  spec.template.spec.containers.flatMap(({ resources }, index) =>
    resources?.limits === undefined
      ? []
      : [{ op: 'remove' as const, path: `/spec/template/spec/containers/${index}/resources/limits` }],
  );
