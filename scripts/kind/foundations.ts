/** What the shop stands on in the cluster: names that resolve, a way in. */
import { kubectl } from './kubectl.ts';
import { paths } from './names.ts';

/** Applies them; `waitForFoundations` says when they are ready. Changes nothing where they are. */
export async function applyFoundations(): Promise<void> {
  await kubectl(['--namespace', 'kube-system', 'patch', 'deployment/coredns', '--patch-file', paths.dns]);
  await kubectl(['apply', '--kustomize', paths.traefik]);
}

export async function waitForFoundations(): Promise<void> {
  await kubectl(['--namespace', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=120s']);
  await kubectl(['--namespace', 'traefik', 'rollout', 'status', 'deployment/traefik', '--timeout=120s']);
}
