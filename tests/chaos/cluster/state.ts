/** The state of the cluster, and whether it is steady. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  containerStatusesOf,
  isReady,
  isTrue,
  unsettled,
  type Condition,
  type Pod,
  type Workload,
} from '@shop/testing/kubernetes';
import { eventually, type Patience } from '@shop/testing/eventually';
import type { BreakerStateName } from '../judge/evidence.ts';
import type { Api, Cluster, NodeShells } from './cluster.ts';

/** @param selector only those with this label: `app=traefik`. */
export async function podsIn(api: Api, namespace: string, selector = ''): Promise<readonly Pod[]> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const query = selector === '' ? '' : `?labelSelector=${encodeURIComponent(selector)}`;
  return (JSON.parse(await api.get(path + query)) as { items: Pod[] }).items;
}

/** Pods of an app that are not being deleted. A request to a slow API server is repeated. */
export async function podsOf({ api }: Cluster, app: string, namespace = 'shop'): Promise<readonly Pod[]> {
  return (await eventually(`the pods of ${app} are listed`, () => podsIn(api, namespace))).filter(
    ({ metadata }) => metadata.labels?.['app'] === app && metadata.deletionTimestamp === undefined,
  );
}

/** One word for people. */
export function podState(pod: Pod): 'ready' | 'not-ready' | 'starting' | 'ending' | 'failed' | 'done' {
  if (pod.metadata.deletionTimestamp !== undefined) return 'ending';
  if (pod.status.phase === 'Succeeded') return 'done';
  if (pod.status.phase === 'Failed') return 'failed';
  if (isReady(pod)) return 'ready';
  return (pod.status.containerStatuses ?? []).some(({ restartCount, ready }) => ready || restartCount > 0)
    ? 'not-ready'
    : pod.status.phase === 'Running' && isTrue(pod.status.conditions, 'Initialized')
      ? 'not-ready'
      : 'starting';
}

/** Number of restarts by container. A pod that failed as a whole (as an evicted one) does not count. */
export function restartCounts(pods: readonly Pod[]): ReadonlyMap<string, number> {
  return new Map(
    pods
      .filter(({ status }) => status.phase !== 'Failed')
      .flatMap(({ metadata, status }) =>
        containerStatusesOf(status).map(({ name, restartCount }): [string, number] => [
          `${metadata.name}/${name}`,
          restartCount,
        ]),
      ),
  );
}

/** Nodes by name, and whether they are ready. */
export async function nodes(api: Api): Promise<ReadonlyMap<string, boolean>> {
  const list = JSON.parse(await api.get('/api/v1/nodes')) as {
    items: { metadata: { name: string }; status: { conditions?: Condition[] } }[];
  };
  return new Map(
    list.items.map(({ metadata, status }) => [metadata.name, isTrue(status.conditions, 'Ready')]),
  );
}

/** The breakers in one pod's ambassador: the state of each by its upstream, and the changes since it started. */
export interface Breakers {
  readonly states: ReadonlyMap<string, BreakerStateName>;
  readonly transitions: Readonly<Record<BreakerStateName, number>>;
}

/** Requested from the pod's node: network policies let only Prometheus connect. @throws when there is no response. */
export async function breakersOf(shells: NodeShells, { metadata, spec, status }: Pod): Promise<Breakers> {
  const { nodeName } = spec;
  const { podIP } = status;
  if (nodeName === undefined || podIP === undefined) throw new Error(`${metadata.name} has no address yet`);
  const url = `http://${podIP}:9001/metrics`;
  const metrics = await shells.run(nodeName, `curl --silent --max-time 1 ${url} | grep ^ambassador_breaker`);
  if (metrics === '') throw new Error(`the ambassador of ${metadata.name} does not answer`);
  return readBreakerMetrics(metrics);
}

/** @param metrics in Prometheus's text format. */
export function readBreakerMetrics(metrics: string): Breakers {
  const states = new Map<string, BreakerStateName>();
  const transitions = { closed: 0, open: 0, 'half-open': 0 };
  for (const line of metrics.split('\n')) {
    const [, name, labels = '', value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    const label = (key: string) => new RegExp(`(?:^|,)${key}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (name === 'ambassador_breaker_state' && value === '1')
      states.set(label('upstream'), label('state') as BreakerStateName);
    if (name === 'ambassador_breaker_transitions_total')
      transitions[label('to') as BreakerStateName] += Number(value);
  }
  return { states, transitions };
}

/** Every Deployment and StatefulSet that the shop depends on. */
const workloads = [
  '/apis/apps/v1/namespaces/shop/deployments/user',
  '/apis/apps/v1/namespaces/shop/deployments/product',
  '/apis/apps/v1/namespaces/shop/statefulsets/mongo',
  '/apis/apps/v1/namespaces/traefik/deployments/traefik',
  '/apis/apps/v1/namespaces/kube-system/deployments/coredns',
];

/** `quiet` is for a shop without load: there a breaker stays half-open, as no request comes that could be its trial. */
export type Traffic = 'under-load' | 'quiet';

/** Resolves if all nodes and pods are ready and every breaker is closed. @throws naming those that are not. */
export async function requireSteady({ api, shells }: Cluster, traffic: Traffic): Promise<void> {
  for (const [name, ready] of await nodes(api)) if (!ready) throw new Error(`node ${name} is not ready`);
  for (const path of workloads) {
    const workload = JSON.parse(await api.get(path)) as Workload;
    const problem = unsettled(workload);
    if (problem !== undefined) throw new Error(`${workload.metadata.name}: ${problem}`);
  }
  // A Deployment's status does not count pods that are ending.
  const pods = [...(await podsIn(api, 'shop')), ...(await podsIn(api, 'traefik'))];
  const services = pods.filter(
    ({ metadata }) => metadata.namespace === 'traefik' || metadata.labels?.['tier'] !== undefined,
  );
  // A completed pod of a Job is not waited for.
  const waiting = services.find((pod) => !isReady(pod) && podState(pod) !== 'done');
  if (waiting) throw new Error(`pod ${waiting.metadata.name} is not ready, or is ending`);
  for (const pod of services.filter(({ metadata }) => metadata.labels?.['tier'] === 'service'))
    for (const [upstream, state] of (await breakersOf(shells, pod)).states)
      if (state !== 'closed' && (traffic === 'under-load' || state === 'open'))
        throw new Error(`the breaker of ${pod.metadata.name} to ${upstream} is ${state}`);
}

/** Longest time in which everything in the cluster has to become steady. */
const steadyWithinMs = 240_000;
/**
 * What the cluster reports may be out of date for so long, and a request to user that began before user was ready may
 * fail so late, and open a breaker.
 */
const staysMs = 2_500;

/**
 * Resolves when the shop is steady; under load, when it has been for a moment.
 * @throws naming what is not steady after {@link steadyWithinMs}; or the signal's reason.
 */
export async function untilSteady(
  cluster: Cluster,
  traffic: Traffic,
  patience: Patience = {},
): Promise<void> {
  const probe = async () => {
    await requireSteady(cluster, traffic);
    if (traffic === 'quiet') return true;
    await delay(staysMs, undefined, { signal: patience.signal });
    await requireSteady(cluster, traffic);
    return true;
  };
  await eventually('the shop is steady', probe, { withinMs: steadyWithinMs, everyMs: 300, ...patience });
}
