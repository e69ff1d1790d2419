import type { Cluster } from './cluster.ts';
import { breakersOf, isReady, nodes, podsIn, podState } from './state.ts';

interface Workload {
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly spec: { readonly replicas?: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

/** Every Deployment and StatefulSet that the shop depends on. */
const workloads = [
  '/apis/apps/v1/namespaces/shop/deployments/user',
  '/apis/apps/v1/namespaces/shop/deployments/product',
  '/apis/apps/v1/namespaces/shop/statefulsets/mongo',
  '/apis/apps/v1/namespaces/traefik/deployments/traefik',
  '/apis/apps/v1/namespaces/kube-system/deployments/coredns',
];

/** Without requests a breaker stays half-open, as there is none to try: `quiet` is for a shop without a load. */
export type Traffic = 'under-load' | 'quiet';

/** @returns when nodes and pods are as they should be, and every breaker is closed. @throws with what is not. */
export async function requireSteady({ api, shells }: Cluster, traffic: Traffic): Promise<void> {
  for (const [name, ready] of await nodes(api)) if (!ready) throw new Error(`node ${name} is not ready`);
  for (const path of workloads) {
    const workload = JSON.parse(await api.get(path)) as Workload;
    const problem = problemOf(workload);
    if (problem !== undefined) throw new Error(`${workload.metadata.name}: ${problem}`);
  }
  // A Deployment's status does not count pods that are ending.
  const pods = [...(await podsIn(api, 'shop')), ...(await podsIn(api, 'traefik'))];
  const services = pods.filter(
    ({ metadata }) => metadata.namespace === 'traefik' || metadata.labels?.['tier'] !== undefined,
  );
  // A Job's pod that has done its work is as it should be.
  const waiting = services.find((pod) => !isReady(pod) && podState(pod) !== 'done');
  if (waiting) throw new Error(`pod ${waiting.metadata.name} is not ready, or is ending`);
  for (const pod of services.filter(({ metadata }) => metadata.labels?.['tier'] === 'service'))
    for (const [upstream, state] of (await breakersOf(shells, pod)).states)
      if (state !== 'closed' && (traffic === 'under-load' || state === 'open'))
        throw new Error(`the breaker of ${pod.metadata.name} to ${upstream} is ${state}`);
}

function problemOf({ metadata, spec, status }: Workload): string | undefined {
  const wanted = spec.replicas ?? 1;
  if (status.observedGeneration !== metadata.generation) return 'its last change is not seen yet';
  if ((status.updatedReplicas ?? wanted) < wanted)
    return `${status.updatedReplicas} of ${wanted} pods are new`;
  if ((status.readyReplicas ?? 0) !== wanted)
    return `${status.readyReplicas ?? 0} of ${wanted} pods are ready`;
  if ((status.replicas ?? 0) !== wanted) return `${status.replicas} pods for ${wanted}`;
  return undefined;
}
