import { kubectl } from './kubectl.ts';
import { paths } from './names.ts';

/** Applies the Ingress controller; `waitForIngress` says when it is ready. */
export async function applyIngress(): Promise<void> {
  await kubectl(['apply', '--kustomize', paths.traefik]);
}

export async function waitForIngress(): Promise<void> {
  await kubectl(['--namespace', 'traefik', 'rollout', 'status', 'deployment/traefik', '--timeout=120s']);
}
