/** What the shop stands on in the cluster: names that resolve, a way in. */
import { kubectl } from './kubectl.ts';
import { paths } from './names.ts';

/** Applies them; `waitForFoundations` says when they are ready. Changes nothing where they are. */
export async function applyFoundations(): Promise<void> {
  for (const [object, patch] of [
    ['deployment/coredns', 'deployment.yaml'],
    ['service/kube-dns', 'service.yaml'],
  ] as const)
    await kubectl(['--namespace', 'kube-system', 'patch', object, '--patch-file', `${paths.dns}/${patch}`]);
  await kubectl(['apply', '--kustomize', paths.traefik]);
}

export async function waitForFoundations(): Promise<void> {
  await kubectl(['--namespace', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=120s']);
  await kubectl(['--namespace', 'traefik', 'rollout', 'status', 'deployment/traefik', '--timeout=120s']);
}
